"""guesses of strangers."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        'guesses',
        sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('began_at', sa.DateTime(), nullable=False),
        sa.Column('last_at', sa.DateTime(), nullable=False),
        sa.Column('told_at', sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_guesses')),
    )
    with op.batch_alter_table('guesses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guesses_began_at'), ['began_at'], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table('guesses')
