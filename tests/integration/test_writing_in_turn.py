"""Several writers of one process take turns, and none waits for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from cers_app import database as database_module
from cers_app.database import Database

PATIENCE = 10


def add_one(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        found = connection.execute(text("SELECT failures FROM throttle WHERE key = 'k'")).scalar() or 0
        connection.execute(
            text("INSERT INTO throttle VALUES ('k', :n, '2026-01-01', NULL) ON CONFLICT DO UPDATE SET failures = :n"),
            {"n": found + 1},
        )


def test_writers_at_once_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(20) as pool:
        for added in [pool.submit(add_one, database) for _ in range(100)]:
            added.result(PATIENCE)

    with database.reading() as session:
        assert session.connection().execute(text("SELECT failures FROM throttle")).scalar() == 100


def test_who_waits_too_long_is_told_that_the_database_is_locked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    with (
        database.writing(),
        pytest.raises(OperationalError, match="database is locked"),
        database.writing(),
    ):
        pytest.fail("two units of work at once")

    add_one(database)


def test_a_unit_that_broke_gives_its_turn_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing():
        _ = 1 // 0

    add_one(database)
