"""count mails without requests by username."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_mail_domain_created_at')
        batch_op.drop_index('ix_outgoing_mail_mailbox_created_at')
        batch_op.create_index('ix_outgoing_mail_mailbox_created_at', ['mailbox', 'created_at'], unique=False, sqlite_where=sa.text("mailbox != ''"))
        batch_op.create_index('ix_outgoing_mail_domain_created_at', ['domain', 'created_at'], unique=False, sqlite_where=sa.text("domain != ''"))
        batch_op.create_index('ix_outgoing_mail_address_created_at', ['created_at'], unique=False, sqlite_where=sa.text("domain != ''"))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_mail_address_created_at')
        batch_op.drop_index('ix_outgoing_mail_domain_created_at')
        batch_op.drop_index('ix_outgoing_mail_mailbox_created_at')
        batch_op.create_index('ix_outgoing_mail_mailbox_created_at', ['mailbox', 'created_at'], unique=False)
        batch_op.create_index('ix_outgoing_mail_domain_created_at', ['domain', 'created_at'], unique=False)
