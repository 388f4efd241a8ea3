"""mails to strangers."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mailbox', sqlmodel.sql.sqltypes.AutoString(length=64), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column('domain', sqlmodel.sql.sqltypes.AutoString(length=64), server_default=sa.text("('')"), nullable=False))
        batch_op.create_index('ix_outgoing_mail_mailbox_created_at', ['mailbox', 'created_at'], unique=False)
        batch_op.create_index('ix_outgoing_mail_domain_created_at', ['domain', 'created_at'], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_mail_domain_created_at')
        batch_op.drop_index('ix_outgoing_mail_mailbox_created_at')
        batch_op.drop_column('domain')
        batch_op.drop_column('mailbox')
