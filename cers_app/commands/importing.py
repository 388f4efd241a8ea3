"""`accounts import` creates accounts from a CSV file, all or none."""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlmodel import Session

from cers_app.accounts import administration
from cers_app.accounts.passwords import LEAST_MEMORY
from cers_app.accounts.store import NewAccount
from cers_app.commands import csv_reader, new_account, operator
from cers_app.commands.csv_reader import Refused, Row, Wrong
from cers_app.commands.output_words import counted
from cers_app.values.events import Event
from cers_app.values.invisible import trimmed

AT_ONCE = 2_000
"""Rows that one statement stores."""
MOST_TOLD = 50
ENCODED = re.compile(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{22,88}")
MOST_MEMORY = RFC_9106_LOW_MEMORY.memory_cost
MOST_COST = MOST_MEMORY * RFC_9106_LOW_MEMORY.time_cost
MOST_LANES = RFC_9106_LOW_MEMORY.parallelism
"""KiB, KiB times passes, and threads of a new hash. A costlier hash would slow down sign-ins and reveal the account."""
STATUSES = {words: state for state, words in operator.STATES.items()}


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@operator.reason
def import_accounts(file: Path) -> None:
    """Create accounts from a CSV file, all or none.

    Each row is one account. If a row is wrong, no account is created. The file must be UTF-8. It needs the columns
    username, email, first_name and last_name, in any order. The columns status (active, not activated, disabled) and
    password_hash (encoded argon2id, in quotation marks) are optional. A person without a password hash sets a
    password with "Reset my Password". The command warns about hashes that are weaker than the portal's own.
    """
    batch = csv_reader.shown(file.name)
    try:
        rows = csv_reader.read(file)
    except Refused as broken:
        raise click.ClickException(f"{batch}: {broken}. Nothing was imported.") from None
    people, wrong = _checked(rows)
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
    _warn({line for line, new in people.values() if new.password_hash and _is_weak(new.password_hash)})


def _warn(lines: set[int]) -> None:
    if lines:
        click.echo(
            f"Warning: {counted(len(lines), 'account')} got a password hash that is weaker than the portal's own, the"
            f" first in line {min(lines)}. The portal replaces such a hash when its owner signs in.",
            err=True,
        )


def _is_weak(encoded: str) -> bool:
    asked = extract_parameters(encoded)
    return asked.memory_cost * asked.time_cost < MOST_COST


def _add(session: Session, people: Sequence[NewAccount], batch: str) -> None:
    """Store every account. Writes an audit row for the file, with the number of accounts, and one for each account."""
    act = operator.act()
    detail = f"import of {counted(len(people), 'account')} from {batch}"
    act.record(session, Event.ACCOUNT_CREATED, None, detail)
    for first in range(0, len(people), AT_ONCE):
        administration.add_many(session, people[first : first + AT_ONCE], f"import from {batch}", act)


def _checked(rows: Sequence[Row | Wrong]) -> tuple[dict[str, tuple[int, NewAccount]], list[Wrong]]:
    """Each usable key with its line and its account, and every row that is wrong or repeats another row."""
    people: dict[str, tuple[int, NewAccount]] = {}
    wrong: list[Wrong] = []
    for row in rows:
        new = _account(row) if isinstance(row, Row) else row
        if isinstance(new, Wrong):
            wrong.append(new)
        else:
            keys = {new.username_key, new.email_key}
            wrong += [Wrong(row.line, f"{key} is already in line {people[key][0]}.") for key in keys & people.keys()]
            for key in keys:
                people.setdefault(key, (row.line, new))
    return people, wrong


def _account(row: Row) -> NewAccount | Wrong:
    fields = {name: trimmed(text) for name, text in row.fields.items()}
    new = new_account.checked(*(fields[name] for name in csv_reader.REQUIRED))
    status, password_hash = fields.get("status", ""), fields.get("password_hash")
    state = STATUSES.get(" ".join(status.casefold().replace("_", " ").split()) or "active")
    problems = new if isinstance(new, list) else []
    if state is None:
        problems.append(f'The status "{csv_reader.shown(status)}" is not one of: {", ".join(STATUSES)}.')
    if password_hash and not _is_hash(password_hash):
        problems.append("The password hash must be an encoded argon2id hash of at most 64 MiB, 3 passes and 4 lanes.")
    if state is None or isinstance(new, list) or problems:
        return Wrong(row.line, " ".join(problems))
    return replace(new, password_hash=password_hash or None, state=state)


def _is_hash(encoded: str) -> bool:
    if not ENCODED.fullmatch(encoded) or not all(map(_is_whole, encoded.split("$")[-2:])):
        return False
    asked = extract_parameters(encoded)
    return (
        1 <= asked.parallelism <= MOST_LANES
        and LEAST_MEMORY * asked.parallelism <= asked.memory_cost <= MOST_MEMORY
        and 1 <= asked.time_cost <= MOST_COST // asked.memory_cost
    )


def _is_whole(part: str) -> bool:
    """Whether a part in Base64 has lost no character: its bytes must make the same text again."""
    try:
        decoded = b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return False
    return b64encode(decoded).decode().rstrip("=") == part


def _refuse(wrong: list[Wrong], number: int) -> None:
    for row in sorted(wrong, key=lambda row: (row.line, row.why))[:MOST_TOLD]:
        click.echo(f"Line {row.line}: {row.why}", err=True)
    if len(wrong) > MOST_TOLD:
        click.echo(f"… and {len(wrong) - MOST_TOLD:,} more.", err=True)
    bad = len({row.line for row in wrong})
    raise click.ClickException(f"{bad:,} of {number:,} rows are wrong. Nothing was imported.")
