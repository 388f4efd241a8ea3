"""The database is copied and put back while somebody writes."""

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from cers_app.composition.world import now
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.values.events import Event
from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import given
from tests.support.looking import rows


def names(desk: Desk) -> set[str]:
    return {row.username for row in rows(desk.database, Account)}


def test_a_backup_brings_back_what_was_there_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    desk.create("anngause")

    said = desk.says("db", "backup", str(file))
    assert said == f"The backup {file} has {file.stat().st_size:,} bytes and is sound.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    desk.create("bobgause")
    assert names(desk) == {"anngause", "bobgause"}

    assert desk.says("db", "restore", "--yes", str(file)) == f"The database was restored from {file}.\n"
    assert names(desk) == {"anngause"}
    desk.create("carlgause")
    assert names(desk) == {"anngause", "carlgause"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == ["backup.db"]


def test_a_backup_is_whole_while_somebody_writes(desk: Desk, tmp_path: Path) -> None:
    """Each unit of work writes two rows: a copy of one moment has both or none."""
    stop, written = threading.Event(), list[int]()

    def write() -> None:
        while not stop.is_set():
            with desk.database.writing() as session:
                for half in ("first", "second"):
                    audit.record(session, Event.THROTTLED, at=now(), detail=f"{len(written)} {half}")
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            desk.says("db", "backup", str(tmp_path / f"{number}.db"))
    finally:
        stop.set()
        writer.join(10)

    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"{number}.db")) as copy:
            found = [detail for (detail,) in copy.execute("SELECT detail FROM audit_event WHERE event = 'throttled'")]
        assert len(found) % 2 == 0
        assert {detail.split()[0] for detail in found[::2]} == {detail.split()[0] for detail in found[1::2]}
    assert len(written) > 5


def test_a_backup_overwrites_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "precious.txt"
    file.write_text("precious", "utf-8")

    assert "already exists" in desk.refuses("db", "backup", str(file))
    assert file.read_text("utf-8") == "precious"
    assert "No backup was made" in desk.refuses("db", "backup", str(tmp_path / "nowhere" / "backup.db"))

    draft = file.with_name("backup.db.part")
    draft.write_text("precious", "utf-8")
    assert str(draft) in desk.refuses("db", "backup", str(tmp_path / "backup.db"))
    assert draft.read_text("utf-8") == "precious"


def another_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("CREATE TABLE alembic_version (version_num TEXT)")
        opened.execute("INSERT INTO alembic_version VALUES ('from-the-future')")
        opened.commit()


def no_portal(file: Path) -> None:
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("CREATE TABLE recipes (name TEXT)")
        opened.commit()


def test_an_upgrade_leaves_the_database_of_another_program_as_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "recipes.db"
    no_portal(file)
    before = file.read_bytes()
    given(monkeypatch, DATABASE_URL=f"sqlite:///{file}")

    assert "has the tables of another program" in desk.refuses("db", "upgrade")
    assert file.read_bytes() == before
    file.write_bytes(b"no database at all" * 100)
    assert "The database was not upgraded" in desk.refuses("db", "upgrade")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda _file: None, "there is no file"),
        (lambda file: file.write_bytes(b"no database at all" * 100), "is not a backup of this portal"),
        (no_portal, "is not a backup of this portal"),
        (another_version, "belongs to another version of the portal (migration from-the-future)"),
    ],
    ids=["missing", "no database", "no portal", "another version"],
)
def test_what_is_no_backup_is_not_restored(desk: Desk, tmp_path: Path, make: object, why: str) -> None:
    file = tmp_path / "no backup.db"
    assert callable(make)
    make(file)
    desk.create("anngause")

    said = desk.refuses("db", "restore", "--yes", str(file))

    assert said.startswith("Nothing was restored: ")
    assert why in said
    assert names(desk) == {"anngause"}


def test_a_damaged_backup_is_not_restored(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    for number in range(200):
        desk.create(f"person{number}")
    desk.says("db", "backup", str(file))
    content = bytearray(file.read_bytes())
    content[8192:-4096] = b"\xff" * len(content[8192:-4096])
    file.write_bytes(content)

    assert "Nothing was restored: " in desk.refuses("db", "restore", "--yes", str(file))
    assert len(names(desk)) == 200


def test_nobody_restores_by_mistake(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    desk.says("db", "backup", str(file))
    desk.create("anngause")

    assert desk.types("db", "restore", str(file)).exit_code == 1
    assert names(desk) == {"anngause"}


def test_purging_says_what_it_deleted(desk: Desk) -> None:
    with desk.database.writing() as session:
        audit.record(session, Event.THROTTLED, at=now() - timedelta(days=500))
        audit.record(session, Event.THROTTLED, at=now())

    said = desk.says("db", "purge")

    assert "audit_event: 1 row deleted\n" in said
    assert "outgoing_mail: 0 rows deleted\n" in said
    assert len(rows(desk.database, AuditEvent)) == 1
