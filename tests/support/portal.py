"""The built portal as a subprocess on a free port, with a database and a mail server of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.passwords import Passwords
from cers_app.commands.migrations import upgrade_to_head
from cers_app.composition.world import now
from cers_app.serving import built_pages
from cers_app.settings import Mode, Settings
from cers_app.storage.database import Database
from tests.support.accounts import made
from tests.support.inbox import Inbox
from tests.support.ports import free_port
from tests.support.processes import left_of
from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
CHARACTERS = "ACDEFG"
PASSWORD = "An old password of 31 letters"
START_SECONDS = 900
"""A portal may wait for the builds of others."""
SECRET_KEY = "a-key-for-tests-alone-of-more-than-32-characters"


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal."""

    url: str
    port: int
    database: Database
    inbox: Inbox
    folder: Path
    log: Path
    pid: int

    def create_account(
        self, username: str, email: str = "", state: AccountState = AccountState.ACTIVE, password: str = PASSWORD
    ) -> Account:
        """A new account, straight into the portal's database."""
        return made(self.database, now(), username, email, state, _hash(password))


@cache
def _hash(password: str) -> str:
    """Accounts with one password share its hash: a new one costs a quarter of a second."""
    return Passwords().hash(password)


def environment(folder: Path, port: int, inbox: Inbox, **more: str) -> dict[str, str]:
    """The environment of a portal for tests: nothing of the developer's own settings gets in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CERS_", "REFLEX_"))}
    return {
        **kept,
        "CERS_MODE": "test",
        "CERS_PORT": str(port),
        "CERS_SECRET_KEY": SECRET_KEY,
        "CERS_DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
        "CERS_SMTP_HOST": "127.0.0.1",
        "CERS_SMTP_PORT": str(inbox.port),
        "CERS_SMTP_SECURITY": "plain",
        "CERS_MAIL_INTERVAL_SECONDS": "0.3",
        "CERS_MAIL_DELAY_SECONDS": "0",
        "CERS_QA_CHARACTERS": CHARACTERS,
        # All tests come from one address; the limits of identifiers stay as they are.
        "CERS_LIMIT_SIGN_IN_PER_MINUTE": "10000",
        "CERS_LIMIT_MAIL_PER_HOUR": "10000",
        "CERS_LIMIT_MAIL_PER_HOUR_MOST": "20000",
        "CERS_LIMIT_CHARACTERS_PER_HOUR": "10000",
        "CERS_LIMIT_PICTURES_PER_MINUTE": "10000",
        "CERS_LIMIT_SOUNDS_PER_MINUTE": "10000",
        "CERS_LIMIT_REQUESTS_PER_MINUTE": "100000",
        "CERS_LIMIT_EVENTS_PER_IP_PER_MINUTE": "1000000",
        "CERS_LIMIT_KILOBYTES_PER_MINUTE": "10000000",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def built() -> Path:
    """Where the pages of the portals for tests lie."""
    return built_pages.folder(Settings(mode=Mode.TEST, _env_file=None))


@contextmanager
def running(
    folder: Path, *, root: Path = ROOT, reloading: bool = False, port: int = 0, **more: str
) -> Iterator[Portal]:
    """A portal that runs from the sources in `root` until the block ends; its output lies in `portal.log`."""
    # In hot reload the pages have one port and the server the next.
    port, log = port or free_port(neighbors=1), folder / "portal.log"
    with Inbox.open() as inbox, log.open("wb") as output:
        env = environment(folder, port, inbox, **more)
        upgrade_to_head(env["CERS_DATABASE_URL"])
        if env["CERS_MODE"] == Mode.PRODUCTION:
            subprocess.run([sys.executable, "-m", "cers_app", "build"], cwd=root, env=env, stdout=output, check=True)
        command = [sys.executable, "-m", "cers_app", "serve", *(["--reload"] if reloading else [])]
        process = subprocess.Popen(
            command, cwd=root, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        database = Database(env["CERS_DATABASE_URL"])
        try:
            url = f"http://localhost:{port}"
            _wait(url, process, log)
            yield Portal(url, port, database, inbox, folder, log, process.pid)
        finally:
            database.close()
            _end(process)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    msg = f"the portal did not start:\n{log.read_text('utf-8', 'replace')[-4000:]}"
    raise AssertionError(msg)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it as a terminal does, with one interrupt for its whole group, which must leave nothing running."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(PATIENCE_SECONDS)
        left = left_of(process.pid)
    except subprocess.TimeoutExpired:
        left = left_of(process.pid)
    if left:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        msg = f"one interrupt left running: {left}"
        raise AssertionError(msg)
