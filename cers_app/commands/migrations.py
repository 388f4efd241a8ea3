"""Runs the migrations of the database, or says what to do first."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from alembic import command
from cers_app.commands.one_line import in_one_line
from cers_app.storage import database
from cers_app.storage.database import Database

UPGRADE = "Run: python -m cers_app db upgrade"


def upgrade_to_head(url: str) -> None:
    """Run every missing migration, or none if a later version has upgraded the database."""
    database.make_folder(url)
    _refuse_foreign_tables(database.file_of(url))
    if not _is_later(url):
        command.upgrade(database.alembic_config(url), "head")


def _refuse_foreign_tables(file: Path) -> None:
    """Raises `click.ClickException` if another program made the file. Changes nothing there."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file)) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        raise click.ClickException(f"{file} has the tables of another program. Check CERS_DATABASE_URL.")


def _is_later(url: str) -> bool:
    if not database.file_of(url).exists():
        return False
    with closing(Database(url)) as opened:
        return database.is_later(database.standing(opened))


def check(url: str) -> None:
    """Raises `click.ClickException` if the database must be created, repaired or upgraded first. Creates no file."""
    try:
        if not (file := database.file_of(url)).exists():
            raise click.ClickException(f"There is no database at {file} yet. {UPGRADE}")
        with closing(Database(url)) as opened:
            is_current = database.is_current(opened)
    except (SQLAlchemyError, ImportError, OSError, TypeError) as broken:
        advice = "Check CERS_DATABASE_URL and who can write there."
        raise click.ClickException(f"The database cannot be opened ({in_one_line(broken)}). {advice}") from None
    if not is_current:
        raise click.ClickException(f"The database is behind its migrations. {UPGRADE}")
