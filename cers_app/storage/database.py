"""The database has one engine and two ways to use it: `reading` and `writing`."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from cers_app.settings import ROOT

log = logging.getLogger(__name__)
BUSY_SECONDS = 5
FILE = "cers_file"
WRITE = {"cers_write": True}
KEPT = "cers_kept"
BY_OLDER_RELEASES = {"server_default": text("''")}
"""A column that this release added. The release before can still write its rows, and leaves the column empty."""
PRAGMAS = (
    "journal_mode=WAL",
    # Each commit reaches the disk before anyone gets an answer.
    "synchronous=FULL",
    "foreign_keys=ON",
    # 8 MiB keeps the pages that lead to a million accounts in memory.
    "cache_size=-8192",
)


class Database:
    """One database and its connections.

    SQLite runs in WAL mode with foreign keys on. A writing transaction takes the write lock when it begins
    (`BEGIN IMMEDIATE`), so the rows it has read are still current when it writes.
    """

    def __init__(self, url: str) -> None:
        """Prepare for the database at `url` without opening a connection yet."""
        self.url = url
        self._turn = threading.Lock()
        self._open = threading.local()
        # Without `mode=rw`, SQLite would put an empty file in place of a file that someone moved away.
        place, options = f"file:{quote(str(file_of(url)))}", {"mode": "rw", "uri": "true"}
        existing = URL.create("sqlite", database=place, query=options)
        self.engine = create_engine(existing, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
        event.listen(self.engine, "connect", _set_pragmas)
        event.listen(self.engine, "checkout", _refuse_another_file)
        event.listen(self.engine, "begin", _begin)
        self._write_engine = self.engine.execution_options(**WRITE)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work: the database keeps all of it or nothing. A unit inside another of the same thread joins it.

        Never `await` inside a unit, because other tasks would then write into it. Let an exception in an inner unit
        leave the outer unit, or the database keeps half of the work.

        Raises `sqlalchemy.exc.OperationalError` if the database stays locked for 5 seconds.
        """
        outer: Session | None = getattr(self._open, "session", None)
        if outer is not None and outer.in_transaction():
            yield outer
            return
        with self._in_turn(), Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            self._open.session = session
            try:
                yield session
            finally:
                self._open.session = None
        for call in session.info.get(KEPT, ()):
            try:
                call()
            except Exception:
                # The caller must not take this failure for a failed commit.
                log.exception("a call after a commit failed")

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # A writer that waits for SQLite sleeps longer each time. This lock wakes the next writer right away.
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def when_kept(session: Session, call: Callable[[], None]) -> None:
    """Call `call` after the unit of work of `session` commits, when others may write again."""
    session.info.setdefault(KEPT, []).append(call)


def _set_pragmas(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a driver's own type
    record.info[FILE] = _file_at(Path(connection.execute("PRAGMA database_list").fetchone()[2]))
    connection.isolation_level = None  # the driver must not begin its own transactions
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _refuse_another_file(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Make the pool reopen a connection whose file was moved or replaced. Its writes would be lost otherwise."""
    if record.info[FILE] != _file_at(record.info[FILE][0]):
        raise DisconnectionError


def _file_at(path: Path) -> tuple[Path, int, int]:
    """The path, and the device and inode of the file there now. Both numbers are 0 if there is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return path, 0, 0
    return path, found.st_dev, found.st_ino


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("cers_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def is_current(database: Database) -> bool:
    """Whether the database is at the newest migration that this version knows, or at a later migration."""
    found = standing(database)
    return found == _newest_migration() or is_later(found)


def is_later(migration: str) -> bool:
    """Whether a later version made this migration. This version still works then, because migrations only add.

    Migrations are numbered, so a greater number means a later migration.
    """
    return migration.isdecimal() and int(migration) > int(_newest_migration())


def tell_if_later(database: Database) -> None:
    """Log a warning if a later version has migrated the database."""
    if is_later(found := standing(database)):
        log.warning(
            "the database is at migration %s of a later version; the newest here is %s", found, _newest_migration()
        )


def standing(database: Database) -> str:
    """The migration that the database is at; empty if there is none."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


@lru_cache(maxsize=1)
def _newest_migration() -> str:
    # Read once: the newest migration cannot change while this process runs, and reading takes 10 ms of CPU.
    return ScriptDirectory.from_config(alembic_config("")).get_current_head() or ""


def file_of(url: str) -> Path:
    """The SQLite file of the database at `url`."""
    return Path(url.removeprefix("sqlite:///"))


def make_folder(url: str) -> None:
    """Create the folder of the SQLite file. Only the folder's owner can read it."""
    file_of(url).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
