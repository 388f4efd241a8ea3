"""links of people who did not change their password."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        'not_me_link',
        sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('mail_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column('changed_at', sa.DateTime(), nullable=False),
        sa.Column('expires_at', sa.DateTime(), nullable=False),
        sa.Column('used_at', sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_not_me_link')),
    )
    with op.batch_alter_table('not_me_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_not_me_link_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_not_me_link_expires_at'), ['expires_at'], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table('not_me_link')
