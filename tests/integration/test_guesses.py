"""Slow guessing at one name ends, and the owner still gets in and hears of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.models import Account
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import Sessions
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.flow import GuessedTooOften, NotRecognized, SignedIn, SignIn, SignInForm, SignInOutcome
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.storage.guesses import Guesses, GuessesThrottle
from cers_app.storage.throttle import FailureThrottle
from cers_app.values.digests import sha256
from cers_app.values.visitor import Visitor
from tests.support.doubles import ANN, NEW_PASSWORD, OLD_PASSWORD, STRANGER, Clock, Gate
from tests.support.looking import FAILURES, GUESSES, accepted, in_parallel, mailed, opened, rows
from tests.support.signing_in import submitted

SLOWLY = timedelta(minutes=5, seconds=1) / 4
"""Four guesses in a little over five minutes cause no delay."""
HOME = replace(ANN, known=sha256("the cookie of the browser at home"))
NAMES = ["anngause", "nobodyatall"]
Try = Callable[..., SignInOutcome]


@pytest.fixture
def tried(database: Database, signing_in: SignInStore, passwords: Passwords, ann: Account, clock: Clock) -> Try:
    """One attempt to sign in, some time after the last one."""
    assert ann.username == NAMES[0]
    flow = SignIn(
        accounts=signing_in,
        passwords=passwords,
        traffic=Gate(),
        failures=FailureThrottle(database, FAILURES),
        guesses=GuessesThrottle(database, GUESSES),
        clock=clock,
    )

    def attempt(
        name: str = NAMES[0], typed: str = "a guess", visitor: Visitor = STRANGER, later: timedelta = SLOWLY
    ) -> SignInOutcome:
        clock.now += later
        return submitted(flow, SignInForm(name, typed), visitor)

    return attempt


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_who_guesses_slowly_has_a_hundred_guesses_and_then_ten_a_day(tried: Try, name: str) -> None:
    assert {type(tried(name)) for _ in range(100)} == {NotRecognized}
    assert isinstance(tried(name), GuessedTooOften)

    a_day = [type(tried(name)) for _ in range(int(timedelta(days=1) / SLOWLY))]
    assert 9 <= a_day.count(NotRecognized) <= GUESSES.a_day
    assert set(a_day) == {NotRecognized, GuessedTooOften}


def test_guesses_are_forgotten_after_thirty_days(tried: Try, clock: Clock) -> None:
    began = clock.now + SLOWLY
    for _ in range(100):
        tried()
    clock.now = began + GUESSES.window - timedelta(seconds=2)
    assert isinstance(tried(later=timedelta()), NotRecognized), "one of the ten of this day"
    assert isinstance(tried(later=timedelta(seconds=1)), GuessedTooOften)

    assert {type(tried()) for _ in range(100)} == {NotRecognized}


def test_the_owner_gets_in_from_a_known_browser_and_from_any_browser_after_a_reset(
    tried: Try,
    database: Database,
    signing_in: SignInStore,
    sessions: Sessions,
    known: KnownBrowsers,
    resets: ResetStore,
    passwords: Passwords,
    ann: Account,
    clock: Clock,
) -> None:
    token = opened(sessions, accepted(signing_in, ann.username), ANN)
    assert token is not None
    known.remember_session(HOME.known, token)
    for _ in range(100):
        tried()

    assert isinstance(tried(typed=OLD_PASSWORD, visitor=ANN), GuessedTooOften)
    assert isinstance(tried(typed=OLD_PASSWORD, visitor=HOME), SignedIn)
    assert isinstance(tried(typed=OLD_PASSWORD, visitor=ANN), GuessedTooOften), "a sign-in clears nothing"
    assert resets.consume(mailed(database, ann, clock), passwords.hash(NEW_PASSWORD), ANN)
    assert isinstance(tried(typed=NEW_PASSWORD, visitor=ANN), SignedIn)


def test_a_sign_in_from_a_new_browser_is_no_failure_and_forgets_none(tried: Try, database: Database) -> None:
    for _ in range(99):
        tried()
    assert isinstance(tried(typed=OLD_PASSWORD), SignedIn)

    (row,) = rows(database, Guesses)
    assert row.failures == 99


def warnings(database: Database) -> list[OutgoingMail]:
    """The mails about guesses in the queue."""
    return [mail for mail in rows(database, OutgoingMail) if mail.kind == MailKind.GUESSED]


def test_the_owner_gets_one_mail_a_day_and_a_name_without_an_account_the_same_row(
    tried: Try, database: Database, ann: Account
) -> None:
    for name in NAMES:
        for _ in range(99):
            tried(name)
    assert warnings(database) == []

    for name in NAMES:
        for _ in range(int(timedelta(days=2) / SLOWLY)):
            tried(name)
    owners = [mail.account_id for mail in warnings(database)]
    assert sorted(owners, key=str) == [ann.id, ann.id, None, None]


def test_two_failures_in_the_same_moment_cause_one_mail(
    tried: Try, database: Database, signing_in: SignInStore, ann: Account
) -> None:
    for _ in range(100):
        tried()
    with database.writing() as session:
        for mail in session.exec(select(OutgoingMail)):
            session.delete(mail)
        session.get_one(Guesses, signing_in.bucket(NAMES[0], STRANGER).key).told_at = None
    candidate, bucket = signing_in.candidate(NAMES[0]), signing_in.bucket(NAMES[0], STRANGER)

    in_parallel(8, lambda _: signing_in.warn(candidate, bucket, STRANGER))

    assert [mail.account_id for mail in warnings(database)] == [ann.id]


def test_an_owners_sign_in_leaves_nothing_that_a_stranger_could_see_later(tried: Try, database: Database) -> None:
    assert isinstance(tried(typed=OLD_PASSWORD), SignedIn)

    assert rows(database, Guesses) == []
