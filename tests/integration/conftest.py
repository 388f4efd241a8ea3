"""A real database file made by the real migrations, and a clock that a test moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import Sessions
from cers_app.commands.migrations import upgrade_to_head
from cers_app.mail.mailer import Mailer
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.mail.worker import Pace, Worker
from cers_app.mail_request.store import RequestStore
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.verification.challenge import Challenges
from cers_app.your_account.store import AccountStore
from tests.support.accounts import made
from tests.support.composed import Composed, Part
from tests.support.doubles import OLD_PASSWORD, Clock, cheap_passwords, world_at
from tests.support.smtp import MoodyInbox


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Cheap argon2."""
    return cheap_passwords()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty database at the newest migration."""
    path = tmp_path_factory.mktemp("template") / "portal.db"
    upgrade_to_head(f"sqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
def url(tmp_path: Path, migrated_file: bytes) -> str:
    """The address of a database file of this test's own."""
    file = tmp_path / "portal.db"
    file.touch(0o600)
    file.write_bytes(migrated_file)
    return f"sqlite:///{file}"


@pytest.fixture
def clock() -> Clock:
    """The time, which stands still."""
    return Clock()


@pytest.fixture
def composed(url: str, clock: Clock, passwords: Passwords) -> Iterator[Composed]:
    """The portal's own parts, on this test's database and clock."""
    parts = Composed(url, world_at(clock), passwords)
    yield parts
    parts(Database).close()


def part(kind: type[Part]) -> Callable[[Composed], Part]:
    """A fixture that gives the portal's own part of a class."""

    @pytest.fixture
    def take(composed: Composed) -> Part:
        return composed(kind)

    return take


database = part(Database)
sessions = part(Sessions)
signing_in = part(SignInStore)
known = part(KnownBrowsers)
resets = part(ResetStore)
reminders = part(RequestStore)
accounts = part(AccountStore)
challenges = part(Challenges)


@dataclass(frozen=True, slots=True)
class People:
    """Makes accounts."""

    database: Database
    passwords: Passwords
    clock: Clock

    def create(self, username: str = "anngause", email: str = "", state: AccountState = AccountState.ACTIVE) -> Account:
        """A new account, with `OLD_PASSWORD`."""
        return made(self.database, self.clock(), username, email, state, self.passwords.hash(OLD_PASSWORD))

    def set_state(self, account: Account, state: AccountState) -> None:
        """Disable it, or enable it again."""
        with self.database.writing() as session:
            session.get_one(Account, account.id).state = state

    def hash_of(self, account: Account) -> str:
        """Its stored hash."""
        with self.database.reading() as session:
            stored = session.get_one(Account, account.id).password_hash
        assert stored is not None
        return stored


@pytest.fixture
def people(database: Database, passwords: Passwords, clock: Clock) -> People:
    """Makes accounts."""
    return People(database, passwords, clock)


@pytest.fixture
def ann(people: People) -> Account:
    """Ann Gause, with an active account."""
    return people.create()


@pytest.fixture
def inbox() -> Iterator[MoodyInbox]:
    """A mail server."""
    with MoodyInbox.listening() as listening:
        yield listening


@dataclass(frozen=True, slots=True)
class Post:
    """Works the queue off with whatever mailer a test has."""

    built: Worker

    def worker(
        self,
        mailer: Mailer,
        ceiling: int = 300,
        pause: Callable[[float], None] = lambda _seconds: None,
        gap_seconds: float = 0,
    ) -> Worker:
        """The portal's worker, but for its mailer and its pace."""
        world = replace(self.built.world, pause=pause)
        return replace(self.built, mailer=mailer, world=world, pace=Pace(ceiling, gap_seconds))


@pytest.fixture
def post(composed: Composed) -> Post:
    """Works the queue off."""
    return Post(composed(Worker))


@pytest.fixture
def smtp(inbox: MoodyInbox) -> SmtpMailer:
    """Real SMTP to the mail server."""
    return SmtpMailer(SmtpServer("127.0.0.1", inbox.port, "plain", "cers@example.com"))
