"""Runs the migrations on the database of the settings, or on the one a caller names."""

from typing import Any

from sqlalchemy import URL, Connection, NullPool, create_engine, event

from alembic import context
from cers_app.settings import settings
from cers_app.storage.database import file_of
from cers_app.upkeep.tables import METADATA


def _leave_transactions_to_us(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's own type
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


url = context.config.get_main_option("sqlalchemy.url") or settings().sqlalchemy_url

# Without a pool the connection is closed here, and not by chance later.
engine = create_engine(URL.create("sqlite", database=str(file_of(url))), poolclass=NullPool, hide_parameters=True)
# All migrations are one transaction. If the disk is full, the database stays as it was. By itself the driver would
# commit before each change of a table.
event.listen(engine, "connect", _leave_transactions_to_us)
event.listen(engine, "begin", _begin)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
