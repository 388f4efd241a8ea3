"""Changes of the schema that stop, or do not stop, a version which does not know them."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic.operations import Operations

Change = Callable[[Operations], None]


def sql(statement: str) -> Change:
    return lambda op: op.execute(statement)


def not_null(op: Operations) -> None:
    with op.batch_alter_table("account") as table:
        table.alter_column("password_hash", nullable=False)


def shorter(op: Operations) -> None:
    with op.batch_alter_table("account") as table:
        table.alter_column("username", type_=sa.String(20))


def longer(op: Operations) -> None:
    with op.batch_alter_table("account") as table:
        table.alter_column("username", type_=sa.String(300))


def no_longer_unique(op: Operations) -> None:
    with op.batch_alter_table("reset_link") as table:
        table.drop_constraint("uq_reset_link_public_id", type_="unique")


def unique(op: Operations) -> None:
    with op.batch_alter_table("account") as table:
        table.create_unique_constraint("uq_account_email", ["email"])


def check(op: Operations) -> None:
    with op.batch_alter_table("account") as table:
        table.create_check_constraint("long", "length(username) > 7")


def points(op: Operations) -> None:
    with op.batch_alter_table("session") as table:
        table.create_foreign_key("fk_ip", "identifier", ["ip"], ["key"], ondelete="CASCADE")


def required(op: Operations) -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("color", sa.String(10), nullable=False))
