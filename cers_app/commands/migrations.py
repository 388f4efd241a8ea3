"""Runs the migrations of the database, or says what to do first."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from alembic import command
from cers_app.storage import database
from cers_app.storage.database import Database

UPGRADE = "Run: python -m cers_app db upgrade"


def upgrade_to_head(url: str) -> None:
    """Run every missing migration, or none if a later version has upgraded the database."""
    database.make_folder(url)
    if not _is_later(url):
        command.upgrade(database.alembic_config(url), "head")


def _is_later(url: str) -> bool:
    file = _sqlite_file(url)
    if file is None or not file.exists():
        return False
    with closing(Database(url)) as opened:
        return database.is_later(database.standing(opened))


def advice(url: str) -> str:
    """What to do before the database can be used. Empty if nothing is to be done. Creates no file."""
    try:
        file = _sqlite_file(url)
        if file is not None and not file.exists():
            return f"There is no database at {file} yet. {UPGRADE}"
        with closing(Database(url)) as opened:
            is_current = database.is_current(opened)
    except (SQLAlchemyError, ImportError, OSError, TypeError) as broken:
        return (
            f"The database cannot be opened ({in_one_line(broken)}). Check CERS_DATABASE_URL and who can write there."
        )
    return "" if is_current else f"The database is behind its migrations. {UPGRADE}"


def _sqlite_file(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def in_one_line(broken: Exception) -> str:
    """The driver's message in one line, without the statement and the link that SQLAlchemy adds."""
    lines = str(getattr(broken, "orig", None) or broken).splitlines()
    return lines[0] if lines else type(broken).__name__
