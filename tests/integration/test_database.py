"""The migrations, and how the database is opened."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError

from alembic import command
from cers_app.accounts.models import Account, Identifier
from cers_app.commands.migrations import alembic_config, upgrade_to_head
from cers_app.storage.database import Database, is_current
from cers_app.upkeep.tables import METADATA, TABLES
from tests.integration.conftest import People
from tests.support.doubles import NOON
from tests.support.looking import rows
from tests.support.portal import ROOT


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_migrations_go_up_down_and_up_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'folder that is new' / 'portal.db'}"
    wanted = {str(table.__tablename__) for table in TABLES}
    upgrade_to_head(url)
    database = Database(url)
    assert tables_of(database) == wanted
    assert is_current(database)

    command.downgrade(alembic_config(url), "base")
    assert tables_of(database) == set()
    assert not is_current(database)

    upgrade_to_head(url)
    assert tables_of(database) == wanted
    database.close()


def test_every_migration_works_with_rows_in_every_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    revisions = [script.revision for script in ScriptDirectory.from_config(alembic_config(url)).walk_revisions()][::-1]
    assert len(revisions) >= 2
    database = Database(url)
    for revision in revisions:
        command.upgrade(alembic_config(url), revision)
        fill(database)
    assert {table: count(database, table) for table in tables_of(database)} == dict.fromkeys(tables_of(database), 1)

    command.downgrade(alembic_config(url), revisions[0])
    assert count(database, "account") == 1
    database.close()


def count(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608 - our own


def fill(database: Database) -> None:
    """One row in every table that has none, of whatever its columns take."""
    found = MetaData()
    found.reflect(database.engine)
    with database.engine.begin() as connection:
        for table in found.sorted_tables:
            if table.name != "alembic_version" and not connection.execute(table.select()).first():
                row = {column.name: a_value(column) for column in table.columns if not column.nullable}
                connection.execute(table.insert().values(row))


def a_value(column: Column[Any]) -> object:
    kind = column.type.python_type
    return {int: 1, str: "1", bytes: b"1", datetime: NOON.replace(tzinfo=None)}[kind]


def test_the_models_say_what_the_migrations_make(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []

        connection.execute(text("ALTER TABLE account ADD COLUMN stray INTEGER"))
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) != []


def test_an_upgrade_keeps_what_is_stored(database: Database, ann: Account) -> None:
    upgrade_to_head(database.url)

    assert [account.username for account in rows(database, Account)] == [ann.username]


@pytest.mark.parametrize("blocks", [32, 128, 256])
def test_an_upgrade_that_fills_the_disk_changes_nothing_and_works_later(tmp_path: Path, blocks: int) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    limited = ["/bin/sh", "-c", f'ulimit -f {blocks} && exec "$@"', "sh"]
    ended = subprocess.run(
        [*limited, sys.executable, "-m", "cers_app", "db", "upgrade"],
        cwd=ROOT,
        env={**os.environ, "CERS_MODE": "test", "CERS_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr[:36]) == (1, "Error: The database was not upgraded"), ended.stderr
    with closing(sqlite3.connect(tmp_path / "portal.db")) as opened:
        assert opened.execute("SELECT name FROM sqlite_master").fetchall() == []

    upgrade_to_head(url)

    with closing(Database(url)) as database:
        assert is_current(database)


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000), ("synchronous", 2)]
)
def test_every_connection_is_safe_to_share(database: Database, pragma: str, value: object) -> None:
    for opened in (database.reading, database.writing):
        with opened() as session:
            assert session.connection().execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_what_is_written_after_the_file_was_replaced_is_in_the_new_one(
    database: Database, people: People, tmp_path: Path
) -> None:
    file = Path(database.url.removeprefix("sqlite:///"))
    people.create("before")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        source.backup(copy)
    file.rename(tmp_path / "away.db")
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(file)

    people.create("after")

    with closing(sqlite3.connect(file)) as fresh:
        names = {name for (name,) in fresh.execute("SELECT username FROM account")}
    assert names == {"before", "after"}


def test_a_file_that_is_gone_is_an_error_until_it_is_back_and_no_empty_database(
    database: Database, ann: Account
) -> None:
    file = Path(database.url.removeprefix("sqlite:///"))
    again = Database(database.url)
    database.close()
    away = file.rename(file.with_name("away # ä.db"))
    for use in (again.reading, again.writing):
        with pytest.raises(OperationalError, match="unable to open"), use() as session:
            session.connection()
    assert not file.exists()

    with closing(Database(f"sqlite:///{away}")) as moved:
        assert [row.id for row in rows(moved, Account)] == [ann.id]
    away.rename(file)
    assert [row.id for row in rows(again, Account)] == [ann.id]
    again.close()


def test_a_row_that_points_nowhere_is_refused(database: Database, ann: Account) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Identifier(key="ghost", account_id=4711))

    assert {row.account_id for row in rows(database, Identifier)} == {ann.id}


def test_times_come_back_in_utc(database: Database, ann: Account) -> None:
    (stored,) = rows(database, Account)

    assert stored.created_at == ann.created_at == NOON
    assert stored.created_at.utcoffset() is not None
