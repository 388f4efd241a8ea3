"""sessions name their browser."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change. The default stays, so that version 1.0.0 can go on writing."""
    kind = sqlmodel.sql.sqltypes.AutoString(length=64)
    op.add_column('session', sa.Column('browser', kind, nullable=False, server_default=''))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_column('browser')
