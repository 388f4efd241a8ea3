"""what browsers asked by native post."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        'native_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('browser', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('purpose', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column('identifier', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('asked_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_native_request')),
    )
    with op.batch_alter_table('native_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_native_request_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_native_request_browser'), ['browser'], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table('native_request')
