"""`db upgrade`: bring the database to the newest migration."""

import click

from alembic import command
from cers_app import database
from cers_app.settings import settings


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the newest migration; data is kept."""
    upgrade_to_head(settings().sqlalchemy_url)
    click.echo("The database is up to date.")


def upgrade_to_head(url: str) -> None:
    """Run every migration that is missing."""
    database.make_folder(url)
    command.upgrade(database.alembic_config(url), "head")
