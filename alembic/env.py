"""Runs the migrations on the database of the settings, or on the one a caller names."""

from sqlalchemy import URL, NullPool, create_engine

from alembic import context
from cers_app.settings import settings
from cers_app.storage.database import file_of
from cers_app.upkeep.tables import METADATA

url = context.config.get_main_option("sqlalchemy.url") or settings().sqlalchemy_url

# Without a pool the connection is closed here, and not by chance later.
file = URL.create("sqlite", database=str(file_of(url)))
with create_engine(file, poolclass=NullPool, hide_parameters=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
