"""`db backup`, `db restore` and `db purge`. The portal may run while these commands use its SQLite file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from cers_app.commands.one_line import ending
from cers_app.commands.output_words import counted
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import database
from cers_app.upkeep.housekeeping import Housekeeping

BUSY_SECONDS = 30
PAGES = 256
"""Pages copied in one step, 1 MiB. The portal may write between two steps."""


class BackupError(Exception):
    """A file is not a backup of this portal. The message says why."""


FAULTS = (OSError, sqlite3.Error, BackupError)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to a new FILE. The portal may keep running: the copy shows a single moment."""
    if file.exists():
        raise click.ClickException(f"{file} already exists. Name a new file: a backup never overwrites anything.")
    draft = file.with_name(f"{file.name}.part")
    with ending("No backup was made", *FAULTS), _opened(_own_file()) as source:
        # The copy has the accounts' hashes and addresses, so only the owner may ever read the file.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            with closing(sqlite3.connect(draft)) as copy:
                source.backup(copy, pages=PAGES)
                copy.execute("PRAGMA journal_mode=DELETE")
            _check(draft)
            draft.rename(file)
        finally:
            draft.unlink(missing_ok=True)
    click.echo(f"The backup {file} has {file.stat().st_size:,} bytes and is sound.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="do not ask for confirmation")
def restore(file: Path, *, yes: bool) -> None:
    """Replace the whole database with the backup FILE. The portal may keep running.

    Every change since the backup is lost. Passwords, links and sessions are as they were at that moment.
    """
    with ending("Nothing was restored", *FAULTS):
        _check(file)
        if not yes:
            click.confirm("Every change since that backup will be lost. Continue?", abort=True)
        database.make_folder(settings().sqlalchemy_url)
        with _opened(file) as source, closing(sqlite3.connect(_own_file(), timeout=BUSY_SECONDS)) as copy:
            source.backup(copy)
    click.echo(f"The database was restored from {file}.")


@click.command()
def purge() -> None:
    """Delete old rows now. The portal does the same every hour."""
    with ending("The database was not purged", SQLAlchemyError):
        deleted = provided(Housekeeping).purge()
    for table, number in deleted.items():
        click.echo(f"{table}: {counted(number, 'row')} deleted")


def _own_file() -> Path:
    return database.file_of(settings().sqlalchemy_url)


def _opened(file: Path) -> closing[sqlite3.Connection]:
    """An existing file, until the block ends. Raises `BackupError`."""
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    return closing(sqlite3.connect(file, timeout=BUSY_SECONDS))


def _check(file: Path) -> None:
    """Raises `BackupError` if the file is damaged, is not a database, or belongs to another version."""
    with _opened(file) as opened:
        try:
            [(found,)] = opened.execute("PRAGMA integrity_check(1)")
            (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone() or ("none",)
        except sqlite3.DatabaseError as broken:
            raise BackupError(f"{file} is not a backup of this portal ({broken})") from None
    if found != "ok":
        raise BackupError(f"{file} is damaged ({found})")
    if revision not in database.migrations() and not database.is_later(revision):
        raise BackupError(f"{file} belongs to another version of the portal (migration {revision})")
