"""The points at which tests stop the process: each at its own moment, once, and only where a test asks."""

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from cers_app.settings import Mode, Settings
from cers_app.storage import kill_points
from cers_app.storage.database import Database
from tests.support.portal import SECRET_KEY

REAL: dict[str, Any] = {
    "public_url": "https://portal.example.com",
    "secret_key": SECRET_KEY,
    "smtp_host": "mail.example.com",
    "trusted_hops": 1,
}
KILLED, WENT_ON = -signal.SIGKILL, 0
TABLES = """
    CREATE TABLE account (id INTEGER PRIMARY KEY);
    CREATE TABLE audit_event (count INTEGER);
    CREATE TABLE outgoing_mail (id INTEGER);
    CREATE TABLE reset_link (used_at INTEGER REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO reset_link VALUES (NULL);
"""
USE, RECORD, ACCOUNT, NOTICE = (
    "UPDATE reset_link SET used_at=1",
    "UPDATE audit_event SET count=1",
    "INSERT INTO account VALUES (1)",
    "INSERT INTO outgoing_mail VALUES (1)",
)
# A process of a test starts as a copy of one that has imported this module: importing takes seconds.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])
Ended = Callable[..., tuple[int | None, int, bool]]


def work(folder: Path, mode: Mode, statements: tuple[str, ...]) -> None:
    """A unit of work while another connection reads, then a notice in a unit of its own on each of the two.

    A wrong statement takes the first unit back.
    """
    database = Database(f"sqlite:///{folder / 'portal.db'}")
    settings = Settings.model_construct(mode=mode, qa_kill_file=str(folder / "kill-at"))
    kill_points.arm(settings, database)
    with suppress(IntegrityError), database.writing() as session:
        for statement in statements:
            session.connection().execute(text(statement))
            with database.reading() as other:
                assert other.connection().execute(text("SELECT count(used_at) FROM reset_link")).scalar() == 0
    for _ in range(2):
        with database.writing() as session:
            session.connection().execute(text(NOTICE))


@pytest.fixture
def ended(tmp_path: Path) -> Ended:
    """Work in a process of its own: how it ended, how many links are used, and whether the point still waits."""

    def ended(point: str, *statements: str, mode: Mode = Mode.TEST) -> tuple[int | None, int, bool]:
        with closing(sqlite3.connect(tmp_path / "portal.db")) as connection:
            connection.executescript(TABLES)
        (tmp_path / "kill-at").write_text(point, "ascii")
        process = PROCESSES.Process(target=work, args=(tmp_path, mode, statements))
        process.start()
        process.join()
        with closing(sqlite3.connect(tmp_path / "portal.db")) as connection:
            (used,) = connection.execute("SELECT count(used_at) FROM reset_link").fetchone()
        return process.exitcode, used, (tmp_path / "kill-at").exists()

    return ended


@pytest.mark.parametrize(("point", "used"), [("reset.used", 0), ("reset.replaced", 0), ("reset.kept", 1)])
def test_a_point_kills_once_before_the_commit_or_after_it(ended: Ended, point: str, used: int) -> None:
    assert ended(point, USE, RECORD, ACCOUNT, NOTICE) == (KILLED, used, False)


@pytest.mark.parametrize(
    ("point", "statements", "used"),
    [
        ("reset.used", (RECORD, NOTICE), 0),
        ("reset.used", (RECORD, USE, ACCOUNT), 1),
        ("reset.replaced", (USE, RECORD, ACCOUNT), 1),
        ("reset.kept", (USE, RECORD, ACCOUNT), 1),
        ("session.kept", (USE, RECORD, ACCOUNT, NOTICE), 1),
    ],
)
def test_another_statement_passes_no_point(ended: Ended, point: str, statements: tuple[str, ...], used: int) -> None:
    assert ended(point, *statements) == (WENT_ON, used, True)


@pytest.mark.parametrize("statements", [(USE, NOTICE, ACCOUNT, ACCOUNT), (USE, NOTICE)])
def test_what_is_rolled_back_or_fails_to_commit_is_not_kept(ended: Ended, statements: tuple[str, ...]) -> None:
    assert ended("reset.kept", *statements) == (WENT_ON, 0, True)


@pytest.mark.parametrize("mode", [Mode.PRODUCTION, Mode.DEVELOPMENT])
def test_no_other_mode_takes_the_setting(mode: Mode) -> None:
    real: dict[str, Any] = REAL if mode is Mode.PRODUCTION else {}
    assert Settings(mode=mode, _env_file=None, **real)
    with pytest.raises(ValidationError, match="CERS_QA_KILL_FILE"):
        Settings(mode=mode, _env_file=None, qa_kill_file="kill-at", **real)


@pytest.mark.parametrize("mode", [Mode.PRODUCTION, Mode.DEVELOPMENT])
def test_even_settings_that_nothing_checked_arm_no_other_mode(ended: Ended, mode: Mode) -> None:
    assert ended("reset.kept", USE, ACCOUNT, NOTICE, mode=mode) == (WENT_ON, 1, True)


def test_without_the_setting_nothing_is_registered(tmp_path: Path) -> None:
    armed, plain = (Database(f"sqlite:///{tmp_path / 'portal.db'}") for _ in range(2))
    kill_points.arm(Settings(mode=Mode.TEST, _env_file=None), plain)
    kill_points.arm(Settings(mode=Mode.TEST, _env_file=None, qa_kill_file="kill-at"), armed)

    assert [len(each.engine.dispatch.after_cursor_execute) for each in (plain, armed)] == [0, 1]
