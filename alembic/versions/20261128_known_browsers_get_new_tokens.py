"""known browsers get new tokens."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('known_browser', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('known_browser', schema=None) as batch_op:
        batch_op.drop_column('first_digest')
