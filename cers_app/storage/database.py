"""The database: one engine, and the two ways to use it: `reading` and `writing`."""

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
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from cers_app.settings import ROOT

log = logging.getLogger(__name__)
BUSY_SECONDS = 5
FILE = "cers_file"
WRITE = {"cers_write": True}
KEPT = "cers_kept"
PRAGMAS = (
    "journal_mode=WAL",
    # Each commit reaches the disk before anybody is told.
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    # 8 MiB: what leads to a million accounts stays in memory.
    "cache_size=-8192",
)


class Database:
    """One database and its connections.

    SQLite is used in WAL mode with foreign keys on. A writing transaction takes the write lock at its
    beginning (`BEGIN IMMEDIATE`), so that what it read still holds when it writes.
    """

    def __init__(self, url: str) -> None:
        """Prepare for the database at `url`; nothing is opened yet."""
        self.url = url
        self._turn = threading.Lock()
        self._open = threading.local()
        self._engine = create_engine(url, creator=lambda: _connected(url))
        event.listen(self._engine, "connect", _set_pragmas)
        event.listen(self._engine, "checkout", _refuse_another_file)
        event.listen(self._engine, "begin", _begin)
        self._write_engine = self._engine.execution_options(**WRITE)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work: all of it is kept, or none. Inside another of the same thread it is a part of that one.

        Never across an `await`: whoever runs in between would write into it. A fault in a part must leave the whole.

        Raises `sqlalchemy.exc.OperationalError` when the database stays locked for 5 seconds.
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
            _call(call)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # SQLite lets a writer that has to wait sleep for longer and longer; a lock wakes it at once.
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            statement, reason = "BEGIN IMMEDIATE", "database is locked"
            raise OperationalError(statement, None, sqlite3.OperationalError(reason))
        try:
            yield
        finally:
            self._turn.release()

    @property
    def engine(self) -> Engine:
        """The engine itself, for migrations and health checks."""
        return self._engine

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def when_kept(session: Session, call: Callable[[], None]) -> None:
    """Call back once the unit of work of `session` is kept, and others may write again."""
    session.info.setdefault(KEPT, []).append(call)


def _call(kept: Callable[[], None]) -> None:
    """What was kept is kept: a fault in telling of it must not look like one in keeping it."""
    try:
        kept()
    except Exception:
        log.exception("what was kept could not be told")


def _connected(url: str) -> sqlite3.Connection:
    # Without `mode=rw` a file that was moved away would be replaced by an empty one.
    file = quote(make_url(url).database or "")
    return sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _set_pragmas(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a driver's own type
    record.info[FILE] = _file_at(Path(connection.execute("PRAGMA database_list").fetchone()[2]))
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _refuse_another_file(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection whose file was moved away, or replaced, would write where nobody looks: it is opened anew."""
    if record.info[FILE] != _file_at(record.info[FILE][0]):
        raise DisconnectionError


def _file_at(path: Path) -> tuple[Path, int, int]:
    """Which file lies at a path now; its numbers are 0 when there is none."""
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
    """Whether the database stands at the newest migration that this version knows, or at a later one."""
    found = standing(database)
    return found == _newest_migration() or is_later(found)


def is_later(migration: str) -> bool:
    """Whether a later version made this migration. This version works after it, because migrations only add.

    Migrations are numbered, so a greater number is a later one.
    """
    return migration.isdecimal() and int(migration) > int(_newest_migration())


def tell_if_later(database: Database) -> None:
    """Write a line of the log when a later version has migrated the database."""
    if is_later(found := standing(database)):
        log.warning(
            "the database stands at migration %s of a later version; newest here: %s", found, _newest_migration()
        )


def standing(database: Database) -> str:
    """The migration at which the database stands; empty when it has none."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


@lru_cache(maxsize=1)
def _newest_migration() -> str:
    # Read once: the code of this process knows no newer one, and reading takes 10 ms of CPU.
    return ScriptDirectory.from_config(alembic_config("")).get_current_head() or ""


def make_folder(url: str) -> None:
    """Create the folder of a SQLite file, readable by its owner alone."""
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
