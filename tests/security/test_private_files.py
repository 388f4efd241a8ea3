"""Nothing that the portal creates can be read by other users of the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cers_app.composition.world import REAL
from cers_app.mail.outbox import MailKind, Origin, enqueue
from cers_app.settings import LOCAL
from cers_app.storage.database import Database
from tests.support import commands
from tests.support.inbox import Inbox
from tests.support.portal import Portal, environment
from tests.support.processes import members

USUAL = 0o022
"""What most systems give a process: others may read what it creates."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that was there before and that everybody may enter, as `/srv/portal` would be."""
    before = os.umask(USUAL)
    made = tmp_path / "srv"
    made.mkdir(0o755)
    yield made
    os.umask(before)


def others_may_read(folder: Path) -> list[str]:
    """The files in a folder that others have rights to."""
    return [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077]


def test_what_the_commands_create_is_their_users_alone(folder: Path) -> None:
    (folder / "somebody else's").touch()
    with Inbox.open() as inbox:
        env = environment(folder, 3999, inbox)
    del env["CERS_SMTP_HOST"]

    def run(*command: str) -> None:
        commands.run(*command, env=env, umask=USUAL).check_returncode()

    run("db", "upgrade")
    run("db", "backup", str(folder / "backup.db"))
    database = Database(env["CERS_DATABASE_URL"])
    with database.writing() as session:
        mail_id = enqueue(session, REAL, MailKind.USERNAME_REMINDER, None, Origin(""), address="nobody@example.com")
    run("mail", "work", "--once")
    mail = LOCAL / "mailbox" / "test" / f"{mail_id}.eml"
    mode = mail.stat().st_mode & 0o777
    mail.unlink()

    assert mode == 0o600
    assert {path.name for path in folder.iterdir()} >= {"portal.db", "portal.db-wal", "portal.db-shm", "backup.db"}
    assert others_may_read(folder) == ["somebody else's"]
    database.close()


def test_what_the_running_portal_creates_is_its_users_alone(portal: Portal) -> None:
    processes = members(portal.pid)
    masks = [line for pid in processes for line in status(pid) if line.startswith("Umask:")]

    assert len(processes) >= 2
    assert masks == ["Umask:\t0077"] * len(processes)
    assert (portal.folder / "portal.db.lock").stat().st_mode & 0o777 == 0o600


def status(pid: int) -> list[str]:
    """What the system says of a process."""
    return Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
