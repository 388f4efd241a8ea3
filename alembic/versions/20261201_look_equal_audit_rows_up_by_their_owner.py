"""look equal audit rows up by their owner."""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_event_event_at')
        batch_op.create_index('ix_audit_event_equal', ['account_id', 'identifier', 'event', 'ip', 'at'], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_event_equal')
        batch_op.create_index('ix_audit_event_event_at', ['event', 'at'], unique=False)
