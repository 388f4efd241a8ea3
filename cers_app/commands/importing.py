"""`accounts import` creates many accounts from a CSV file, all of them or none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlmodel import Session

from cers_app.accounts import administration
from cers_app.accounts.passwords import LEAST_MEMORY
from cers_app.accounts.store import NewAccount
from cers_app.commands import csv_reader, new_account, operator
from cers_app.commands.csv_reader import Refused, Row
from cers_app.commands.output_words import counted
from cers_app.storage import audit
from cers_app.values.events import Event

AT_ONCE = 2_000
"""Rows between two lines of progress."""
MOST_TOLD = 50
ENCODED = re.compile(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{22,88}")
MOST_MEMORY, MOST_PASSES = RFC_9106_LOW_MEMORY.memory_cost, RFC_9106_LOW_MEMORY.time_cost
"""KiB and number of passes of a new hash. A costlier hash would slow down refusals and so reveal the account."""
NOT_A_HASH = "The password hash must be an encoded argon2id hash of at most 64 MiB in 3 passes."
STATUSES = {words: state for state, words in operator.STATES.items()}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong row: its line and what is wrong with it."""

    line: int
    why: str


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_accounts(file: Path) -> None:
    """Create accounts from a CSV file, all or none.

    Each row is one account. If a row is wrong, no account is created. The file must be UTF-8. It needs the columns
    username, email, first_name and last_name, in any order. The columns status (active, not activated, disabled) and
    password_hash (encoded argon2id, in quotation marks) are optional. A person without a password hash sets a
    password with «Reset my Password».
    """
    try:
        rows = csv_reader.read(file)
    except Refused as broken:
        raise click.ClickException(f"{csv_reader.shown(file.name)}: {broken}. Nothing was imported.") from None
    people, wrong = _checked(rows)
    batch = csv_reader.shown(file.name)
    try:
        with operator.writing() as session:
            taken = administration.taken(session, people)
            wrong += [Wrong(people[key][0], f"{key} already belongs to an account.") for key in taken]
            if wrong:
                _refuse(wrong, len(rows))
            _add(session, list(dict(people.values()).values()), batch)
            operator.forget_failures(session, list(people))
    except KeyboardInterrupt:
        raise click.ClickException("Interrupted. Nothing was imported.") from None
    click.echo(f"{counted(len(rows), 'account')} imported from {batch}.")


def _add(session: Session, people: Sequence[NewAccount], batch: str) -> None:
    """Store every account. Writes an audit row for the file, with the number of accounts, and one for each account."""
    act = operator.act()
    detail = f"import of {counted(len(people), 'account')} from {batch}"
    audit.record(session, Event.ACCOUNT_CREATED, at=act.at, detail=detail, actor=act.actor)
    for first in range(0, len(people), AT_ONCE):
        some = people[first : first + AT_ONCE]
        administration.add_many(session, some, f"import from {batch}", act)
        _tell("Imported", first + len(some), len(people))


def _checked(rows: Sequence[Row]) -> tuple[dict[str, tuple[int, NewAccount]], list[Wrong]]:
    """Each usable key with its line and its account, and every row that is wrong or repeats another row."""
    people: dict[str, tuple[int, NewAccount]] = {}
    wrong: list[Wrong] = []
    for number, row in enumerate(rows, 1):
        new = _account(row)
        if isinstance(new, NewAccount):
            keys = {new.username_key, new.email_key}
            twice = [f"{key} is already in line {people[key][0]}." for key in sorted(keys & people.keys())]
            wrong += [Wrong(row.line, why) for why in twice]
            people.update((key, (row.line, new)) for key in keys if key not in people)
        else:
            wrong.append(Wrong(row.line, new))
        if number % AT_ONCE == 0 or number == len(rows):
            _tell("Checked", number, len(rows))
    return people, wrong


def _account(row: Row) -> NewAccount | str:
    """The account of a row, or a sentence about what is wrong with the row."""
    if row.problem:
        return row.problem
    username, email = row.fields["username"].strip(), row.fields["email"].strip()
    name = (row.fields["first_name"], row.fields["last_name"])
    status, password_hash = row.fields.get("status", ""), row.fields.get("password_hash", "").strip()
    state = STATUSES.get(" ".join(status.casefold().replace("_", " ").split()) or "active")
    keys = new_account.keys(username, email)
    problems = [
        keys if isinstance(keys, str) else "",
        new_account.name_problem(name),
        "" if state else f"The status «{csv_reader.shown(status)}» is not one of: {', '.join(STATUSES)}.",
        "" if not password_hash or _is_hash(password_hash) else NOT_A_HASH,
    ]
    if isinstance(keys, str) or state is None or any(problems):
        return " ".join(filter(None, problems))
    return NewAccount(*keys, username, email, name[0].strip(), name[1].strip(), password_hash or None, state)


def _is_hash(encoded: str) -> bool:
    if not ENCODED.fullmatch(encoded):
        return False
    try:
        asked = extract_parameters(encoded)
    except InvalidHashError:
        return False
    is_whole = asked.memory_cost >= LEAST_MEMORY * asked.parallelism > 0 < asked.time_cost
    cost = asked.memory_cost * asked.time_cost
    return is_whole and asked.memory_cost <= MOST_MEMORY and cost <= MOST_MEMORY * MOST_PASSES


def _refuse(wrong: list[Wrong], number: int) -> None:
    lines = [f"Line {row.line}: {row.why}" for row in sorted(wrong, key=lambda row: (row.line, row.why))]
    more = [f"… and {len(lines) - MOST_TOLD:,} more."] if len(lines) > MOST_TOLD else []
    for line in lines[:MOST_TOLD] + more:
        click.echo(line, err=True)
    bad = len({row.line for row in wrong})
    raise click.ClickException(f"{bad:,} of {number:,} rows are wrong. Nothing was imported.")


def _tell(what: str, number: int, total: int) -> None:
    click.echo(f"{what} {number:,} of {total:,} rows")
