"""look past the invitations."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_mail_asked_state_due_at', ['state', 'due_at'], unique=False, sqlite_where=sa.text("kind != 'invitation'"))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_mail_asked_state_due_at')
