"""`db` migrates, backs up, restores and purges the database."""

import click
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from cers_app.commands.backups import backup, purge, restore
from cers_app.commands.migrations import in_one_line, upgrade_to_head
from cers_app.settings import settings


@click.group()
def db() -> None:
    """Migrate, back up, restore and purge the database."""


for one in (backup, restore, purge):
    db.add_command(one)


@db.command()
def upgrade() -> None:
    """Run every missing migration. The data is kept."""
    try:
        upgrade_to_head(settings().sqlalchemy_url)
    except (SQLAlchemyError, CommandError, OSError) as broken:
        msg = f"The database was not upgraded: {in_one_line(broken)}"
        raise click.ClickException(msg) from None
    click.echo("The database is up to date.")
