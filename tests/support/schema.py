"""What a database accepts, and what of it an older version of the portal would miss."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect, text

DELETES = {"CASCADE", "SET NULL"}
LENGTH = re.compile(r"VARCHAR\((\d+)\)")


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Rows that point to another table."""

    columns: frozenset[str]
    points_to: str
    on_delete: str


@dataclass(frozen=True, slots=True)
class Column:
    """What a column takes."""

    kind: str
    is_nullable: bool
    has_default: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What a table takes."""

    columns: dict[str, Column]
    unique: frozenset[frozenset[str]]
    checks: frozenset[str]
    foreign_keys: frozenset[ForeignKey]


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that can refuse a row."""

    tables: dict[str, Table]
    triggers: frozenset[str]

    @classmethod
    def of(cls, connection: Connection) -> "Schema":
        """As the database says."""
        names = inspect(connection).get_table_names()
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        return cls({name: _table(connection, name) for name in names}, frozenset(triggers))


def _table(connection: Connection, name: str) -> Table:
    found = inspect(connection)
    unique: list[Sequence[str | None]] = [index["column_names"] for index in found.get_indexes(name) if index["unique"]]
    unique += [constraint["column_names"] for constraint in found.get_unique_constraints(name)]
    unique += [found.get_pk_constraint(name)["constrained_columns"]]
    return Table(
        {column["name"]: _column(column) for column in found.get_columns(name)},
        frozenset(frozenset(str(one) for one in names) for names in unique),
        frozenset(check["sqltext"] for check in found.get_check_constraints(name)),
        frozenset(_foreign_keys(connection, name)),
    )


def _column(column: Any) -> Column:
    return Column(str(column["type"]), column["nullable"], column["default"] is not None or "computed" in column)


def _foreign_keys(connection: Connection, name: str) -> Iterator[ForeignKey]:
    # SQLAlchemy reads no ON DELETE where it stands behind a column.
    rows = connection.execute(text(f'PRAGMA foreign_key_list("{name}")')).mappings().all()
    for number in {row["id"] for row in rows}:
        mine = [row for row in rows if row["id"] == number]
        yield ForeignKey(frozenset(row["from"] for row in mine), mine[0]["table"], mine[0]["on_delete"])


def breaks(old: Schema, new: Schema) -> Iterator[str]:
    """Why a version made for the old schema would fail, or lose a promise, on the new one."""
    yield from (f"the trigger {name} is new" for name in new.triggers - old.triggers)
    for name, table in old.tables.items():
        if name in new.tables:
            yield from (f"{name}: {why}" for why in _of_table(table, new.tables[name]))
        else:
            yield f"{name} is gone"
    for name, table in new.tables.items():
        known = old.tables[name].foreign_keys if name in old.tables else frozenset()
        for key in table.foreign_keys - known:
            if key.points_to in old.tables and key.on_delete not in DELETES:
                yield f"{name} keeps rows of {key.points_to} from being deleted"


def _of_table(old: Table, new: Table) -> Iterator[str]:
    for name, column in old.columns.items():
        yield from (f"{name} {why}" for why in _of_column(column, new.columns.get(name)))
    for name in new.columns.keys() - old.columns.keys():
        if not (new.columns[name].is_nullable or new.columns[name].has_default):
            yield f"{name} is new, takes no NULL and has no default"
    yield from (f"{sorted(names)} must be unique now" for names in new.unique - old.unique)
    yield from (f"{sorted(names)} need not be unique any more" for names in old.unique - new.unique)
    yield from (f"the check {check} is new" for check in new.checks - old.checks)
    for key in new.foreign_keys - old.foreign_keys:
        if key.columns & old.columns.keys():
            yield f"{sorted(key.columns)} must point to {key.points_to} now"


def _of_column(old: Column, new: Column | None) -> Iterator[str]:
    if new is None:
        yield "is gone"
        return
    if old.kind != new.kind and not _is_longer(old.kind, new.kind):
        yield f"was {old.kind} and is {new.kind}"
    if old.is_nullable and not new.is_nullable:
        yield "takes no NULL any more"
    if old.has_default and not new.has_default:
        yield "has no default any more"


def _is_longer(old: str, new: str) -> bool:
    before, after = LENGTH.fullmatch(old), LENGTH.fullmatch(new)
    return before is not None and (new == "VARCHAR" or (after is not None and int(before[1]) < int(after[1])))
