"""`db` migrates, backs up, restores and purges the database."""

import sqlite3

import click
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from cers_app.commands.backups import backup, purge, restore
from cers_app.commands.migrations import upgrade_to_head
from cers_app.commands.one_line import ending
from cers_app.settings import settings


@click.group(commands=[backup, purge, restore])
def db() -> None:
    """Migrate, back up, restore and purge the database."""


@db.command()
def upgrade() -> None:
    """Run every missing migration. The data is kept."""
    with ending("The database was not upgraded", sqlite3.Error, SQLAlchemyError, CommandError, OSError):
        upgrade_to_head(settings().sqlalchemy_url)
    click.echo("The database is up to date.")
