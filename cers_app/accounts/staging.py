"""People who are to be imported, in temporary tables on disk, so a million of them take little memory.

Only one connection sees these tables. Filling them and comparing them with the accounts keeps nobody from writing.
Only `Staged.store` needs the write lock, and it copies rows that are already in the order of their indexes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Executable,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    delete,
    distinct,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlmodel import Session, col

from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account, Identifier
from cers_app.accounts.store import COLUMNS, NewAccount, columns_of
from cers_app.storage.audit import AuditEvent
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event

AT_ONCE = 10_000
"""Rows that one statement copies."""
CACHE = "PRAGMA cache_size=-65536"
"""64 MiB. With less, SQLite reads and writes the pages of a large index again and again."""
TEMPORARY = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, TEMPORARY, *columns, prefixes=["TEMPORARY"])


PERSON = _table(
    "staged_person",
    Column("line", Integer, primary_key=True),
    *(Column(name, String) for name in COLUMNS),
    Column("is_weak", Boolean),
)
HASHES = ("hash", "former")
"""Limits may still know a name by its hash under the previous secret key. Without one, both are the same."""
UNSORTED = _table(
    "staged_unsorted", Column("key", String), Column("line", Integer), *(Column(name, String) for name in HASHES)
)
NAME = _table(
    "staged_name",
    Column("place", Integer, primary_key=True),
    Column("key", String),
    Column("line", Integer),
    *(Column(name, String) for name in HASHES),
)
"""The rows of `UNSORTED` in the order of their keys."""
WRONG = _table("staged_wrong", Column("line", Integer, index=True), Column("why", String))
PRESENT = _table("staged_present", Column("line", Integer, primary_key=True))
# CROSS JOIN makes SQLite look each name up in the other table, which is usually small.
FORGET = (
    text(
        "DELETE FROM throttle WHERE key IN"
        " (SELECT t.key FROM staged_name n CROSS JOIN throttle t ON t.key IN (n.hash, n.former))"
    ),
    text(
        "DELETE FROM guesses WHERE key IN"
        " (SELECT t.key FROM staged_name n CROSS JOIN guesses t ON t.key IN (n.hash, n.former))"
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the file that is right by itself."""

    line: int
    new: NewAccount
    is_weak: bool
    """Whether the password hash is weaker than the portal's own."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows came to what."""

    new: int
    names: int
    """Usernames and addresses of the new accounts."""
    present: int
    """Rows whose accounts exist with exactly the same data."""
    wrong: int
    problems: int
    """A row may have several."""
    weak: int
    first_weak: int | None
    """Its line."""

    @property
    def all(self) -> int:
        """The rows of the file."""
        return self.new + self.present + self.wrong


class Staged:
    """The people of one import. First come `add` and `refuse`, as often as needed, then `compare`, then the rest."""

    def __init__(self, connection: Connection, hashed: IdentifierHash) -> None:
        """`connection` is one of `Database.staging`. `hashed` makes the hashes under which limits count a key."""
        self._connection, self._hashed = connection, hashed
        connection.exec_driver_sql(CACHE)
        TEMPORARY.create_all(connection, checkfirst=False)

    def add(self, people: Sequence[Person]) -> None:
        """Stage people."""
        self._insert(PERSON, [{"line": each.line, "is_weak": each.is_weak, **columns_of(each.new)} for each in people])
        names = (
            {"key": key, "line": each.line, "hash": hashes[0], "former": hashes[-1]}
            for each in people
            for key in {each.new.username_key, each.new.email_key}
            for hashes in [self._hashed.every(key)]
        )
        self._insert(UNSORTED, [*names])

    def refuse(self, wrong: Sequence[tuple[int, str]]) -> None:
        """Note lines, and what is wrong with each."""
        self._insert(WRONG, [{"line": line, "why": why} for line, why in wrong])

    def compare(self) -> None:
        """Compare the people with each other and with the accounts, and keep only those who are new and right."""
        in_order = select(UNSORTED).order_by(UNSORTED.c.key, UNSORTED.c.line)
        self._connection.execute(insert(NAME).from_select(["key", "line", *HASHES], in_order))
        self._connection.execute(delete(UNSORTED))
        self._find_repeated()
        self._find_owned()
        for table in (PERSON, NAME):
            for gone in (WRONG, PRESENT):
                self._connection.execute(delete(table).where(table.c.line.in_(select(gone.c.line))))
        self._connection.commit()

    def wrong(self, most: int | None = None) -> Iterator[tuple[int, str]]:
        """The first problems in the order of the file, or all of them: the lines, and what is wrong."""
        problems = select(WRONG.c.line, WRONG.c.why).order_by(WRONG.c.line, WRONG.c.why).limit(most)
        return (row for rows in self._parts(problems) for row in rows)

    def counts(self) -> Counts:
        """How many rows came to what, after `compare`."""
        weak = select(func.count(), func.min(PERSON.c.line)).where(PERSON.c.is_weak)
        counted = (PERSON.c.line, NAME.c.place, PRESENT.c.line, distinct(WRONG.c.line), WRONG.c.line)
        numbers = [self._connection.execute(select(func.count(each))).scalar_one() for each in counted]
        return Counts(*numbers, *self._connection.execute(weak).one())

    def store(self, session: Session, act: Act, origin: str, stored: Callable[[int], object]) -> None:
        """Create everybody's account, identifiers and audit row. `stored` learns how many rows each statement copied.

        `session` is a unit of work on the connection. The audit tells the `origin`.

        Raises `sqlalchemy.exc.IntegrityError` if somebody else took a name since `compare`.
        """
        connection, number = session.connection(), self.counts().new
        act.record(session, Event.ACCOUNT_CREATED, None, f"import of {number:,} account{'s'[: number - 1]} {origin}")
        last_id, last_line, last_place = connection.execute(
            select(
                func.coalesce(select(func.max(Account.id)).scalar_subquery(), 0),
                select(func.max(PERSON.c.line)).scalar_subquery(),
                select(func.max(NAME.c.place)).scalar_subquery(),
            )
        ).one()
        for first in range(0, last_line + 1, AT_ONCE):
            for statement in _people(last_id, act, f"import {origin}", first):
                stored(connection.execute(statement).rowcount)
        for first in range(0, last_place + 1, AT_ONCE):
            stored(connection.execute(_names(last_id, first)).rowcount)
        for statement in FORGET:
            connection.execute(statement)

    def _find_repeated(self) -> None:
        first = select(NAME.c.key, func.min(NAME.c.line).label("line")).group_by(NAME.c.key).having(func.count() > 1)
        its = first.subquery()
        repeated = select(NAME.c.line, NAME.c.key, its.c.line.label("before")).join(its, its.c.key == NAME.c.key)
        for rows in self._parts(repeated.where(NAME.c.line > its.c.line)):
            self.refuse([(row.line, f"{row.key} is already in line {row.before}.") for row in rows])

    def _find_owned(self) -> None:
        """A row with exactly the data of its account is there already. No row ever changes an account."""
        differs = [col(getattr(Account, name)).is_distinct_from(PERSON.c[name]) for name in COLUMNS]
        owned = (
            select(NAME.c.line, NAME.c.key, *differs)
            .join(Identifier, col(Identifier.key) == NAME.c.key)
            .join(Account, col(Account.id) == col(Identifier.account_id))
            .join(PERSON, PERSON.c.line == NAME.c.line)
        )
        for rows in self._parts(owned):
            found = [(line, key, [*compress(COLUMNS, others)]) for line, key, *others in rows]
            self.refuse([(line, _taken(key, others)) for line, key, others in found if others])
            self._insert(PRESENT, [{"line": line} for line in {line for line, _, others in found if not others}])

    def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table).prefix_with("OR IGNORE"), rows)

    def _parts(self, query: Select[Any]) -> Iterator[Sequence[Any]]:
        return self._connection.execute(query.execution_options(yield_per=AT_ONCE)).partitions()


def _taken(key: str, others: Sequence[str]) -> str:
    return f"{key} already belongs to an account. What differs: {', '.join(others)}."


def _people(last_id: int, act: Act, detail: str, first: int) -> tuple[Executable, Executable]:
    """The statements that store accounts and their audit rows. A person's line makes the account's id."""
    account_id, these = PERSON.c.line + last_id, PERSON.c.line.between(first, first + AT_ONCE - 1)
    at = literal(act.at)
    accounts = select(account_id, *(PERSON.c[name] for name in COLUMNS), at).where(these)
    event = {
        "event": str(Event.ACCOUNT_CREATED),
        "at": act.at,
        "last_at": act.at,
        "actor": act.actor,
        "detail": act.with_reason(detail),
    }
    events = select(account_id, *map(literal, event.values())).where(these)
    return (
        insert(Account).from_select(["id", *COLUMNS, "created_at"], accounts),
        insert(AuditEvent).from_select(["account_id", *event], events),
    )


def _names(last_id: int, first: int) -> Executable:
    """The statement that stores identifiers. In the order of their keys, each page of the index changes once."""
    these = NAME.c.place.between(first, first + AT_ONCE - 1)
    return insert(Identifier).from_select(
        ["key", "account_id"], select(NAME.c.key, NAME.c.line + last_id).where(these).order_by(NAME.c.place)
    )
