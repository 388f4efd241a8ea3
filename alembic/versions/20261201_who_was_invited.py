"""who was invited."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('invited_at', sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('invited_at')
