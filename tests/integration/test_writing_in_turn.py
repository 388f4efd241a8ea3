"""Several writers of one process take turns, and none waits for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from cers_app.storage import database as database_module
from cers_app.storage.database import Database, when_kept

PATIENCE = 60


def add_one(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        found = connection.execute(text("SELECT failures FROM throttle WHERE key = 'k'")).scalar() or 0
        connection.execute(
            text("INSERT INTO throttle VALUES ('k', :n, '2026-01-01', NULL) ON CONFLICT DO UPDATE SET failures = :n"),
            {"n": found + 1},
        )


def failures(database: Database) -> object:
    with database.reading() as session:
        return session.connection().execute(text("SELECT failures FROM throttle")).scalar()


def test_writers_at_once_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(20) as pool:
        for added in [pool.submit(add_one, database) for _ in range(100)]:
            added.result(PATIENCE)

    assert failures(database) == 100


def test_who_waits_too_long_is_told_that_the_database_is_locked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    with database.writing(), ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError, match="database is locked"):
        pool.submit(add_one, database).result(PATIENCE)

    add_one(database)


def test_a_unit_that_broke_gives_its_turn_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing():
        _ = 1 // 0

    add_one(database)


def test_a_unit_within_a_unit_is_kept_and_lost_with_it(database: Database) -> None:
    def breaks() -> None:
        with database.writing():
            add_one(database)
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        breaks()
    assert failures(database) is None

    with database.writing():
        add_one(database)
        add_one(database)
        assert failures(database) is None, "another connection sees it too early"
    assert failures(database) == 2


def fails(called: list[object]) -> None:
    """Telling fails, keeping did not."""
    called.append("told")
    raise OSError


def test_who_waits_for_a_unit_is_called_back_when_it_is_kept_and_others_may_write(database: Database) -> None:
    called: list[object] = []

    def breaks() -> None:
        with database.writing() as session:
            when_kept(session, lambda: called.append("never"))
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        breaks()
    with database.writing() as session:
        when_kept(session, lambda: called.append(failures(database)))
        when_kept(session, lambda: fails(called))
        when_kept(session, lambda: add_one(database))
        when_kept(session, lambda: called.append(failures(database)))
        add_one(database)
        assert called == []
    assert called == [1, "told", 2]


def test_a_unit_that_another_thread_ended_takes_nobody_in(database: Database) -> None:
    unit = database.writing()
    unit.__enter__()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(unit.__exit__, None, None, None).result(PATIENCE)

    add_one(database)
    assert failures(database) == 1
