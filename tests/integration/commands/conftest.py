"""The command line on a database of the test's own, in this process: the same commands, settings and services."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cers_app.__main__ import commands
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.sessions import Sessions
from cers_app.composition import build
from cers_app.composition.world import now
from cers_app.provided import provide, provided
from cers_app.reset_password.store import ResetStore
from cers_app.settings import settings
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from tests.integration.commands.bouncing import Sent, id_of
from tests.support.accounts import made
from tests.support.doubles import ANN, Clock
from tests.support.looking import mailed, opened, rows
from tests.support.portal import SECRET_KEY
from tests.support.smtp import MoodyInbox


@dataclass(frozen=True, slots=True)
class Desk:
    """Where support staff sit."""

    database: Database

    def types(self, *command: str) -> Result:
        """Run one command."""
        return CliRunner().invoke(commands, command)

    def says(self, *command: str) -> str:
        """Run one command that succeeds; what it prints."""
        result = self.types(*command)
        assert result.exit_code == 0, result.output
        return result.output

    def refuses(self, *command: str) -> str:
        """Run one command that fails; the one line that says why."""
        result = self.types(*command)
        assert result.exit_code == 1, result.output
        assert result.stderr.count("\n") == 1
        assert result.stderr.startswith("Error: ")
        return result.stderr.removeprefix("Error: ").strip()

    def create(self, username: str, email: str = "", state: AccountState = AccountState.ACTIVE) -> Account:
        """Somebody's account."""
        return made(self.database, now(), username, email, state)

    def sign_in(self, account: Account) -> str:
        """Open a session; its digest."""
        with self.database.writing() as session:
            code = provided(Sessions).promise(session, account, ANN)
        token = opened(provided(Sessions), code, ANN)
        assert token is not None
        return token

    def mail_link(self, account: Account) -> str:
        """A live link; its digest."""
        return mailed(self.database, account, Clock(now()))

    def account(self, account: Account) -> Account:
        """An account as it is stored now."""
        with self.database.reading() as session:
            return session.get_one(Account, account.id)

    def written_down(self) -> list[tuple[str, int | None, str]]:
        """Events, whose, and their details, in order; each done by this test's operating-system user."""
        found = rows(self.database, AuditEvent)
        assert {row.actor.partition(":")[0] for row in found} <= {"cli", "worker"}
        return [(row.event, row.account_id, row.detail) for row in found]


def forget() -> None:
    """Read the settings anew at next use, as a new process does."""
    settings.cache_clear()
    provide(lambda: build(settings()))


@pytest.fixture
def desk(url: str, monkeypatch: pytest.MonkeyPatch, inbox: MoodyInbox) -> Iterator[Desk]:
    """A desk whose mail goes to `inbox`."""
    for name, value in {
        "MODE": "test",
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET_KEY,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(inbox.port),
        "SMTP_SECURITY": "plain",
    }.items():
        monkeypatch.setenv(f"CERS_{name}", value)
    forget()
    desk = Desk(provided(Database))
    yield desk
    desk.database.close()
    forget()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file that `accounts import` reads."""
    return tmp_path / "people.csv"


@pytest.fixture
def rejected(tmp_path: Path) -> Path:
    """The file of its rejected rows."""
    return tmp_path / "rejected.csv"


@pytest.fixture
def sent(desk: Desk, inbox: MoodyInbox, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Sends Ann's mails, or those of another name."""
    for name, value in {"MAIL_FROM": "cers@example.com", "MAIL_DELAY_SECONDS": "0"}.items():
        monkeypatch.setenv(f"CERS_{name}", value)
    forget()
    desk.create("anngause")

    def ask(name: str = "anngause") -> str:
        provided(ResetStore).ask(name, ANN)
        desk.says("mail", "work", "--once")
        return id_of(inbox.mails[-1])

    return ask
