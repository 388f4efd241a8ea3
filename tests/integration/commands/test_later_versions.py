"""A version of the portal works on the database of a later one: from 1.0.0 on, migrations only add."""

import re
from contextlib import closing
from pathlib import Path

import click
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from alembic import command
from cers_app import __version__
from cers_app.commands.migrations import alembic_config, upgrade_to_head
from cers_app.serving import database_check
from cers_app.storage.database import Database, is_current
from tests.integration.commands.conftest import Desk
from tests.integration.commands.schema_changes import (
    Change,
    check,
    longer,
    no_longer_unique,
    not_null,
    points,
    required,
    shorter,
    sql,
    unique,
)
from tests.support import portal as portals
from tests.support.bare_browsers import is_in, sign_in
from tests.support.journeys import ask
from tests.support.schema import Schema, breaks

HEAD_OF_1_0_0 = "0008"
"""The newest migration of 1.0.0. It never changes again."""
ONE_WAY = [
    "ALTER TABLE account ADD COLUMN nickname VARCHAR(40)",
    "ALTER TABLE account ADD COLUMN color VARCHAR(10) NOT NULL DEFAULT 'blue'",
    "CREATE INDEX ix_account_email ON account (email)",
    "CREATE TABLE passkey (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE)",
]
"""What a later version may do."""


@pytest.fixture(scope="module")
def made_by_1_0_0(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty database as 1.0.0 makes it."""
    file = tmp_path_factory.mktemp("1.0.0") / "portal.db"
    command.upgrade(alembic_config(f"sqlite:///{file}"), HEAD_OF_1_0_0)
    return file.read_bytes()


@pytest.fixture
def at_1_0_0(tmp_path: Path, made_by_1_0_0: bytes) -> Database:
    """A database of 1.0.0."""
    (tmp_path / "portal.db").write_bytes(made_by_1_0_0)
    return Database(f"sqlite:///{tmp_path / 'portal.db'}")


def schema_after(database: Database, change: Change) -> tuple[Schema, Schema]:
    """The schema before and after a migration that makes this change."""
    with database.engine.connect() as connection:
        before = Schema.of(connection)
        change(Operations(MigrationContext.configure(connection)))
        after = Schema.of(connection)
        connection.rollback()
    database.close()
    return before, after


def test_what_was_migrated_since_1_0_0_lets_it_run_on(at_1_0_0: Database) -> None:
    with at_1_0_0.engine.connect() as connection:
        before = Schema.of(connection)
    upgrade_to_head(at_1_0_0.url)
    with at_1_0_0.engine.connect() as connection:
        after = Schema.of(connection)
    at_1_0_0.close()

    assert len(before.tables) == 11
    assert list(breaks(before, after)) == []


@pytest.mark.parametrize("change", [*map(sql, ONE_WAY), longer], ids=[*range(len(ONE_WAY)), "longer"])
def test_a_migration_that_only_adds_is_let_through(at_1_0_0: Database, change: Change) -> None:
    before, after = schema_after(at_1_0_0, change)

    assert list(breaks(before, after)) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (sql("DROP TABLE throttle"), "throttle is gone"),
        (sql("ALTER TABLE throttle RENAME TO count"), "throttle is gone"),
        (sql("ALTER TABLE session DROP COLUMN ip"), "session: ip is gone"),
        (sql("ALTER TABLE session RENAME COLUMN ip TO network"), "session: ip is gone"),
        (not_null, "account: password_hash takes no NULL any more"),
        (shorter, "account: username was VARCHAR(254) and is VARCHAR(20)"),
        (no_longer_unique, "reset_link: ['public_id'] need not be unique any more"),
        (required, "account: color is new, takes no NULL and has no default"),
        (unique, "account: ['email'] must be unique now"),
        (sql("CREATE UNIQUE INDEX one ON account (email)"), "account: ['email'] must be unique now"),
        (check, "account: the check length(username) > 7 is new"),
        (points, "session: ['ip'] must point to identifier now"),
        (
            sql("CREATE TABLE passkey (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES account (id))"),
            "passkey keeps rows of account from being deleted",
        ),
        (
            sql("ALTER TABLE session ADD COLUMN link VARCHAR REFERENCES reset_link (digest)"),
            "session keeps rows of reset_link from being deleted",
        ),
        (
            sql("CREATE TRIGGER stop BEFORE INSERT ON session BEGIN SELECT RAISE(ABORT, 'no'); END"),
            "the trigger stop is new",
        ),
    ],
)
def test_a_migration_that_would_stop_1_0_0_is_found(at_1_0_0: Database, change: Change, why: str) -> None:
    assert why in list(breaks(*schema_after(at_1_0_0, change)))


def migrate_later(url: str, revision: str = "9999") -> None:
    """Do what a later version does to a database."""
    with closing(Database(url)) as database, database.engine.begin() as connection:
        for statement in ONE_WAY:
            connection.execute(text(statement))
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_every_command_takes_the_database_of_a_later_version_and_leaves_its_migration(
    desk: Desk, tmp_path: Path
) -> None:
    migrate_later(desk.database.url)

    assert is_current(desk.database)
    database_check.check(desk.database.url)
    assert "up to date" in desk.says("db", "upgrade")
    desk.create("anngause")
    assert "anngause" in desk.says("accounts", "show", "anngause")
    assert "sound" in desk.says("db", "backup", str(tmp_path / "backup.db"))
    assert "was restored from" in desk.says("db", "restore", str(tmp_path / "backup.db"), "--yes")
    with desk.database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


@pytest.mark.parametrize("revision", ["another program's", "0000", "0006", "-9999"])
def test_a_database_of_another_program_or_of_an_earlier_version_is_refused(desk: Desk, revision: str) -> None:
    assert is_current(desk.database)
    migrate_later(desk.database.url, revision)

    assert not is_current(desk.database)
    with pytest.raises(click.ClickException, match="behind its migrations"):
        database_check.check(desk.database.url)


def test_the_portal_serves_on_the_database_of_a_later_version_and_its_log_says_so(tmp_path: Path) -> None:
    upgrade_to_head(f"sqlite:///{tmp_path / 'portal.db'}")
    migrate_later(f"sqlite:///{tmp_path / 'portal.db'}")
    with portals.running(tmp_path) as portal:
        portal.create_account("earlybird")
        assert is_in(portal, sign_in(portal, "earlybird"))
        ask(portal, "earlybird")
        assert "/r/" in portal.inbox.wait("earlybird@example.com").link

        lines = [line for line in portal.log.read_text("utf-8").splitlines() if re.match(r"\d{4}-\d\d-\d\dT", line)]
    assert f"cers_app.logs.processes: CERS Business Portal {__version__}" in lines[0]
    assert "the database is at migration 9999 of a later version; the newest here is " in lines[1]
