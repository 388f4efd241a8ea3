"""other ways to verify."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('challenge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('spoken', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('is_open', sa.Boolean(), nullable=False, server_default=sa.false()))
    # Only the rows that are there need a value given.
    with op.batch_alter_table('challenge', schema=None) as batch_op:
        batch_op.alter_column('spoken', server_default=None)
        batch_op.alter_column('is_open', server_default=None)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('challenge', schema=None) as batch_op:
        batch_op.drop_column('is_open')
        batch_op.drop_column('spoken')
