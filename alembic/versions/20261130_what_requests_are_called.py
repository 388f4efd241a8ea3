"""what requests are called."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

COLUMNS = (
    ('audit_event', 'reference', 8),
    ('audit_event', 'device', 60),
    ('native_request', 'reference', 8),
    ('outgoing_mail', 'reference', 8),
    ('outgoing_mail', 'device', 60),
    ('session', 'device', 60),
)
HAS_REFERENCE = sa.text("reference != ''")


def upgrade() -> None:
    """Apply the change. The defaults stay, so that the release before can go on writing."""
    for table, name, length in COLUMNS:
        kind = sqlmodel.sql.sqltypes.AutoString(length=length)
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=''))
    op.create_index(
        'ix_audit_event_reference',
        'audit_event',
        ['reference'],
        sqlite_where=HAS_REFERENCE,
        postgresql_where=HAS_REFERENCE,
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index('ix_audit_event_reference', 'audit_event')
    for table, name, _ in reversed(COLUMNS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)
