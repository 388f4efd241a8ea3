"""`db backup`, `db restore` and `db purge`. The portal may run while these commands use its SQLite file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from cers_app.commands.output_words import counted
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import database
from cers_app.upkeep.housekeeping import Housekeeping

BUSY_SECONDS = 30
PAGES = 256
"""Pages copied in one step, 1 MiB. The portal may write between two steps."""


class BackupError(Exception):
    """A file is not a backup of this portal, or cannot be read or written. The message says why."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to a new FILE. The portal may keep running: the copy shows a single moment."""
    if file.exists():
        msg = f"{file} already exists. Name a new file: a backup never overwrites anything."
        raise click.ClickException(msg)
    draft = file.with_name(f"{file.name}.part")
    try:
        with closing(_opened(_own_file(), writable=False)) as source:
            # The copy has the accounts' hashes and addresses, so only the owner may ever read the file.
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(draft)) as copy:
                source.backup(copy, pages=PAGES)
                copy.execute("PRAGMA journal_mode=DELETE")
        _check(draft)
        draft.rename(file)
    except (OSError, sqlite3.Error, BackupError) as broken:
        msg = f"No backup was made: {broken}"
        raise click.ClickException(msg) from None
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
    try:
        _check(file)
        if not yes:
            click.confirm("Every change since that backup will be lost. Continue?", abort=True)
        database.make_folder(settings().sqlalchemy_url)
        with closing(_opened(file, writable=False)) as source, closing(_opened(_own_file(), writable=True)) as copy:
            source.backup(copy)
    except (OSError, sqlite3.Error, BackupError) as broken:
        msg = f"Nothing was restored: {broken}"
        raise click.ClickException(msg) from None
    click.echo(f"The database was restored from {file}.")


@click.command()
def purge() -> None:
    """Delete old rows now. The portal does the same every hour."""
    try:
        deleted = provided(Housekeeping).purge()
    except SQLAlchemyError as broken:
        msg = f"The database refused the change ({type(broken).__name__}). Try again in a minute."
        raise click.ClickException(msg) from None
    for table, number in deleted.items():
        click.echo(f"{table}: {counted(number, 'row')} deleted")


def _own_file() -> Path:
    return Path(settings().sqlalchemy_url.removeprefix("sqlite:///"))


def _opened(file: Path, *, writable: bool) -> sqlite3.Connection:
    if not writable and not file.is_file():
        msg = f"there is no file {file}"
        raise BackupError(msg)
    return sqlite3.connect(file, timeout=BUSY_SECONDS)


def _check(file: Path) -> None:
    """Raises `BackupError` if the file is damaged, is not a database, or belongs to another version."""
    with closing(_opened(file, writable=False)) as opened:
        try:
            found = [row[0] for row in opened.execute("PRAGMA integrity_check(1)")]
            (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone() or ("none",)
        except sqlite3.DatabaseError as broken:
            msg = f"{file} is not a backup of this portal ({broken})"
            raise BackupError(msg) from None
    if found != ["ok"]:
        msg = f"{file} is damaged ({found[0]})"
        raise BackupError(msg)
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision not in known and not database.is_later(revision):
        msg = f"{file} belongs to another version of the portal (migration {revision})"
        raise BackupError(msg)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(database.alembic_config(settings().sqlalchemy_url))
