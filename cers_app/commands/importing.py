"""`accounts import` creates accounts from a CSV file: all or none, or all those that are right."""

from contextlib import nullcontext
from itertools import islice
from pathlib import Path

import click
from click import ClickException
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from cers_app.accounts.staging import Counts, Person, Staged
from cers_app.commands import csv_people, csv_reader, operator, rejects
from cers_app.commands.csv_reader import Refused, Row, Wrong
from cers_app.commands.output_words import counted
from cers_app.commands.progress import bar
from cers_app.provided import provided
from cers_app.values.digests import IdentifierHash

AT_ONCE = 2_000
"""Rows that are staged together."""
MOST_TOLD = 50
SOME_REJECTED = 3
"""The exit code after an import that left rows out."""
MEANWHILE = "Somebody else created an account with one of these names meanwhile. Nothing was imported. Try again."


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="check everything and write nothing")
@click.option(
    "--rejects",
    "rejected",
    type=click.Path(path_type=Path),
    help="a new file for the rows that are wrong. The others are imported, and the command ends with exit code 3",
)
@operator.reason
def import_accounts(file: Path, rejected: Path | None, *, dry_run: bool) -> None:
    """Create accounts from a CSV file, all or none.

    Each row is one account. If a row is wrong, no account is created, unless you name a file with --rejects. A row with
    exactly the data of an existing account is skipped, and no row changes an account. The file must be UTF-8. It needs
    the columns username, email, first_name and last_name, in any order. The columns status (active, not activated,
    disabled) and password_hash (encoded argon2id, in quotation marks) are optional. A person without a password hash
    sets a password with "Reset my Password", and "accounts invite" sends a mail about it. The command warns about
    hashes that are weaker than the portal's own.
    """
    batch = csv_reader.shown(file.name)
    if rejected:
        rejects.check(rejected)
    try:
        with operator.staging() as connection:
            staged = Staged(connection, provided(IdentifierHash))
            _stage(staged, file)
            found = staged.counts()
            _tell(staged, found)
            if found.wrong and not rejected:
                raise ClickException(f"{found.wrong:,} of {found.all:,} rows are wrong. Nothing was imported.")
            if not dry_run:
                with rejects.written(rejected, file, staged) if rejected and found.wrong else nullcontext():
                    _store(staged, connection, found, batch)
    except Refused as broken:
        raise ClickException(f"{batch}: {broken}. Nothing was imported.") from None
    except KeyboardInterrupt:
        raise ClickException("Interrupted. Nothing was imported.") from None
    _sum_up(found, batch, rejected, dry_run=dry_run)


def _stage(staged: Staged, file: Path) -> None:
    size = file.stat().st_size if file.is_file() else 0
    with bar("Reading", size) as shown:
        rows = csv_reader.read(file, lambda at: shown.update(at - shown.pos))
        while some := [csv_people.person(row) if isinstance(row, Row) else row for row in islice(rows, AT_ONCE)]:
            staged.add([each for each in some if isinstance(each, Person)])
            staged.refuse([(each.line, each.why) for each in some if isinstance(each, Wrong)])
    staged.compare()


def _store(staged: Staged, connection: Connection, found: Counts, batch: str) -> None:
    if not found.new:
        return
    with bar("Writing", 2 * found.new + found.names) as shown, operator.writing(connection) as session:
        try:
            staged.store(session, operator.act(), f"from {batch}", shown.update)
        except IntegrityError:
            raise ClickException(MEANWHILE) from None


def _tell(staged: Staged, found: Counts) -> None:
    for line, why in staged.wrong(MOST_TOLD):
        click.echo(f"Line {line}: {why}", err=True)
    if found.problems > MOST_TOLD:
        click.echo(f"… and {found.problems - MOST_TOLD:,} more.", err=True)


def _sum_up(found: Counts, batch: str, rejected: Path | None, *, dry_run: bool) -> None:
    """Say what became of the rows. If some were rejected, end with an exit code of its own."""
    begin, would = ("Dry run: ", "would be ") if dry_run else ("", "")
    click.echo(f"{begin}{counted(found.new, 'account')} {would}imported from {batch}.")
    if found.present:
        click.echo(f"{counted(found.present, 'row')} skipped, because the account exists with exactly the same data.")
    if found.weak:
        got = "would get" if dry_run else "got"
        click.echo(
            f"Warning: {counted(found.weak, 'account')} {got} a password hash that is weaker than the portal's own, the"
            f" first in line {found.first_weak}. The portal replaces such a hash when its owner signs in.",
            err=True,
        )
    if found.wrong:
        where = "" if dry_run else f" See {rejected}."
        click.echo(f"{found.wrong:,} of {found.all:,} rows {would or 'were '}rejected.{where}", err=True)
        click.get_current_context().exit(SOME_REJECTED)
