"""A stranger who does not give up for eight hours keeps no owner out and starves her of no link."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.models import Account, ResetLink
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import Sessions
from cers_app.mail.mailer import MailboxFolder
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail_request.store import RequestStore
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.flow import NotRecognized, SignedIn, SignIn, SignInForm
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.storage.guesses import GuessesThrottle
from cers_app.storage.throttle import FailureThrottle
from cers_app.values.digests import sha256
from cers_app.values.limits import TooManyRequests
from tests.integration.conftest import Post
from tests.support.doubles import ANN, NEW_PASSWORD, OLD_PASSWORD, STRANGER, Clock
from tests.support.looking import FAILURES, GUESSES, LIFE, accepted, mailed, opened, rows
from tests.support.signing_in import submitted

HOURS = 8
EVERY_SECONDS = 15
PROBE_SECONDS, OFTEN_SECONDS = 30 * 60, 10 * 60
HOME = replace(ANN, known=sha256("the cookie of the browser at home"))
AWAY = replace(ANN, browser="a" * 64, known=sha256("the cookie of a browser elsewhere"))
MOST_TRIED = 5 + 6 + HOURS * 4
"""Free guesses, the growing delays of 30 s to 15 min, and then one guess in 15 minutes."""
MOST_MAILS = HOURS * (3 + 1)
"""Three in the 60 minutes of a link, and one more when the newest link has 20 of them left."""


class NoLimit:
    """The limit of an IP address, which never says no."""

    def take(self, ip: str) -> datetime | None:
        return None if ip else datetime.max.replace(tzinfo=UTC)

    def is_news(self, network: str) -> bool:
        return bool(network)


@dataclass
class Counting:
    """Real hashing that counts what is verified."""

    passwords: Passwords
    verified: int = 0

    def verify(self, stored: str | None, password: str) -> bool:
        self.verified += 1
        return self.passwords.verify(stored, password)

    def is_outdated(self, stored: str) -> bool:
        return self.passwords.is_outdated(stored)

    def hash(self, password: str) -> str:
        return self.passwords.hash(password)


@dataclass
class Siege:
    """One stranger, ever new browsers, one name."""

    sign_in: SignIn
    passwords: Counting
    clock: Clock
    guesses: int = 0

    def guess(self, times: int) -> Counter[type]:
        """Wrong passwords in turn; what they were answered."""
        answers = Counter[type]()
        for _ in range(times):
            self.clock.advance(seconds=EVERY_SECONDS)
            self.guesses += 1
            visitor = replace(STRANGER, browser=sha256(f"{self.guesses}"), known=sha256(f"made up {self.guesses}"))
            form = SignInForm("anngause", f"guess {self.guesses} of a stranger")
            answers[type(submitted(self.sign_in, form, visitor))] += 1
        return answers


@pytest.fixture
def siege(
    database: Database,
    sessions: Sessions,
    signing_in: SignInStore,
    known: KnownBrowsers,
    passwords: Passwords,
    clock: Clock,
    ann: Account,
) -> Siege:
    """Ann has signed in at home once; then it begins."""
    counting = Counting(passwords)
    token = opened(sessions, accepted(signing_in, ann.username), ANN)
    assert token is not None
    known.remember_session(HOME.known, token)
    failures, guesses = FailureThrottle(database, FAILURES), GuessesThrottle(database, GUESSES)
    flow = SignIn(
        accounts=signing_in, passwords=counting, traffic=NoLimit(), failures=failures, guesses=guesses, clock=clock
    )
    return Siege(flow, counting, clock)


def test_eight_hours_of_guesses_keep_a_known_browser_out_at_no_time(
    siege: Siege,
    database: Database,
    resets: ResetStore,
    known: KnownBrowsers,
    passwords: Passwords,
    ann: Account,
    clock: Clock,
) -> None:
    answers, tries = Counter[type](), 0
    for _ in range(HOURS * 3600 // PROBE_SECONDS):
        answers += siege.guess(PROBE_SECONDS // EVERY_SECONDS)
        assert isinstance(submitted(siege.sign_in, SignInForm("anngause", OLD_PASSWORD), HOME), SignedIn)
        assert isinstance(submitted(siege.sign_in, SignInForm("anngause", OLD_PASSWORD), AWAY), TooManyRequests)
        tries += 1
    assert siege.guesses == HOURS * 3600 // EVERY_SECONDS
    assert answers[SignedIn] == 0
    assert answers[NotRecognized] == siege.passwords.verified - tries
    assert 0 < answers[NotRecognized] <= MOST_TRIED

    digest = mailed(database, ann, clock)
    assert resets.consume(digest, passwords.hash(NEW_PASSWORD), AWAY)
    known.remember_reset(AWAY.known, digest)
    for guesses in (0, 1, 100):
        siege.guess(guesses)
        assert isinstance(submitted(siege.sign_in, SignInForm("anngause", NEW_PASSWORD), AWAY), SignedIn)
    assert isinstance(submitted(siege.sign_in, SignInForm("anngause", NEW_PASSWORD), STRANGER), TooManyRequests)


def test_eight_hours_of_requests_starve_the_owner_of_no_link_and_flood_no_mailbox(
    database: Database,
    resets: ResetStore,
    reminders: RequestStore,
    post: Post,
    ann: Account,
    clock: Clock,
    tmp_path: Path,
) -> None:
    worker, left = post.worker(MailboxFolder(tmp_path / "mailbox")), []
    assert ann.username == "anngause"
    for _ in range(HOURS * 3600 // OFTEN_SECONDS):
        for turn in range(OFTEN_SECONDS // (EVERY_SECONDS * 3)):
            resets.ask("anngause", STRANGER)
            reminders.ask("anngause@example.com", STRANGER)
            if turn % 10 == 0:
                worker.work()
            clock.advance(seconds=EVERY_SECONDS * 3)
        resets.ask("anngause", ANN)
        worker.work()
        left.append(max(link.expires_at for link in rows(database, ResetLink)) - clock())
    kinds = Counter(row.kind for row in rows(database, OutgoingMail) if row.sent_at)

    assert min(left) >= LIFE / 3 - timedelta(minutes=1)
    assert 0 < kinds["reset_link"] <= MOST_MAILS
    assert 0 < kinds["username_reminder"] <= MOST_MAILS
