"""The database has one engine and two ways to use it: `reading` and `writing`."""

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, column, event, inspect, select, table, text
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from cers_app.settings import ROOT

log = logging.getLogger(__name__)
BUSY_SECONDS = 5
FILE = "cers_file"
WRITE = {"cers_write": True}
KEPT = "cers_kept"
ALEMBICS = "alembic_version"
"""The table where Alembic keeps the migration that a database is at."""
NUMBER = re.compile(r"^revision = '(\d+)'$", re.MULTILINE)
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
        self._next, self._turn = threading.Lock(), threading.Lock()
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
    def staging(self) -> Iterator[Connection]:
        """A connection for temporary tables, which only this connection sees. They end with it."""
        with self.engine.connect() as connection:
            try:
                yield connection
            finally:
                # The pool would hand the temporary tables on.
                connection.invalidate()

    @contextmanager
    def writing(self, *, soon: bool = False, on: Connection | None = None) -> Iterator[Session]:
        """One unit of work: the database keeps all of it or nothing. A unit inside another of the same thread joins it.

        Units wait in line. A unit that is needed `soon` waits beside the first of them, so the mail worker gets every
        other turn if it needs it, however many requests there are. `on` is a connection of `staging`, which commits
        its temporary tables first.

        Never `await` inside a unit, because other tasks would then write into it. Let an exception in an inner unit
        leave the outer unit, or the database keeps half of the work.

        Raises `sqlalchemy.exc.OperationalError` if the database stays locked for 5 seconds.
        """
        outer: Session | None = getattr(self._open, "session", None)
        if outer is not None and outer.in_transaction():
            yield outer
            return
        bind: Engine | Connection = self._write_engine
        if on is not None:
            on.commit()
            bind = on.execution_options(**WRITE)
        with self._in_turn(soon=soon), Session(bind, expire_on_commit=False) as session, session.begin():
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
    def _in_turn(self, *, soon: bool) -> Iterator[None]:
        # A writer that waits for SQLite sleeps longer each time. These locks wake the next writer right away.
        until = time.monotonic() + BUSY_SECONDS
        if soon:
            _take(self._turn, until)
        else:
            _take(self._next, until)
            try:
                _take(self._turn, until)
            finally:
                self._next.release()
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _take(lock: threading.Lock, until: float) -> None:
    if not lock.acquire(timeout=max(0, until - time.monotonic())):
        raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))


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


def is_current(database: Database) -> bool:
    """Whether the database is at the newest migration that this version knows, or at a later migration."""
    found = standing(database)
    return found == max(migrations()) or is_later(found)


def is_later(migration: str) -> bool:
    """Whether a later version made this migration. This version still works then, because migrations only add.

    Migrations are numbered, so a greater number means a later migration.
    """
    return migration.isdecimal() and int(migration) > int(max(migrations()))


def tell_if_later(database: Database) -> None:
    """Log a warning if a later version has migrated the database."""
    if is_later(found := standing(database)):
        log.warning(
            "the database is at migration %s of a later version; the newest here is %s", found, max(migrations())
        )


def standing(database: Database) -> str:
    """The migration that the database is at; empty if there is none."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table(ALEMBICS):
            return ""
        return connection.scalar(select(column("version_num")).select_from(table(ALEMBICS))) or ""


@lru_cache(maxsize=1)
def migrations() -> frozenset[str]:
    """The numbers of all migrations of this version. Importing Alembic to learn them would take 0.15 s of the start."""
    texts = (path.read_text("utf-8") for path in (ROOT / "alembic" / "versions").glob("*.py"))
    return frozenset(number for text_ in texts for number in NUMBER.findall(text_))


def file_of(url: str) -> Path:
    """The SQLite file of the database at `url`."""
    return Path(url.removeprefix("sqlite:///"))


def make_folder(url: str) -> None:
    """Create the folder of the SQLite file. Only the folder's owner can read it."""
    file_of(url).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
