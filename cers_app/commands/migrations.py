"""Runs the migrations of the database, or says what to do first."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cers_app.settings import ROOT
from cers_app.storage import database
from cers_app.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config


def alembic_config(url: str) -> "Config":
    """Alembic's configuration for the database at `url`."""
    # Importing Alembic takes 0.15 s, which a start without migrations saves.
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade_to_head(url: str) -> None:
    """Run every missing migration, or none if a later version has upgraded the database."""
    database.make_folder(url)
    _refuse_foreign_tables(database.file_of(url))
    if not _is_current(url):
        from alembic import command

        command.upgrade(alembic_config(url), "head")


def _refuse_foreign_tables(file: Path) -> None:
    """Raises `click.ClickException` if another program made the file. Changes nothing there."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file)) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        raise click.ClickException(f"{file} has the tables of another program. Check CERS_DATABASE_URL.")


def _is_current(url: str) -> bool:
    if not database.file_of(url).exists():
        return False
    with closing(Database(url)) as opened:
        return database.is_current(opened)
