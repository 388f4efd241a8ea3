"""Says what the operator must do about the database before the portal can use it."""

from contextlib import closing

import click
from sqlalchemy.exc import SQLAlchemyError

from cers_app.storage import database
from cers_app.storage.database import Database
from cers_app.values.one_line import in_one_line

UPGRADE = "Run: python -m cers_app db upgrade"


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
