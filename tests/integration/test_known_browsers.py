"""Browsers an account is known from are counted apart: no stranger keeps an owner out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cers_app import new_password
from cers_app.accounts.cancellation import WhyCancelled
from cers_app.accounts.known_browsers import JUST, MOST, KnownBrowsers
from cers_app.accounts.models import Account, KnownBrowser
from cers_app.accounts.sessions import Sessions
from cers_app.database import Database
from cers_app.digests import sha256
from cers_app.new_password import NewPassword
from cers_app.outside import new_id
from cers_app.parts import StoreParts
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.throttle import FailureRule, FailureThrottle
from tests.doubles import ANN, STRANGER, Clock
from tests.integration.conftest import People
from tests.integration.looking import accepted, hashed, mailed, rows

HOME = sha256("the cookie of the browser at home")
AT_HOME = replace(ANN, known=HOME)
ELSEWHERE = replace(STRANGER, known=sha256("another cookie"))
RULE = FailureRule(5, timedelta(minutes=5), timedelta(minutes=15))


@pytest.fixture
def known(database: Database, clock: Clock) -> KnownBrowsers:
    return KnownBrowsers(database, clock)


@pytest.fixture
def signing_in(database: Database, sessions: Sessions, clock: Clock) -> SignInStore:
    return SignInStore(database, sessions, hashed, clock)


@pytest.fixture
def at_home(known: KnownBrowsers, signing_in: SignInStore, sessions: Sessions, ann: Account) -> Account:
    """Ann has signed in at home once."""
    token = sessions.open(accepted(signing_in, "anngause"), ANN)
    assert token is not None
    known.remember_session(HOME, sha256(token))
    return ann


def test_strangers_cannot_keep_the_owner_out_of_a_browser_she_has_used(
    database: Database, signing_in: SignInStore, at_home: Account, clock: Clock
) -> None:
    failures = FailureThrottle(database, RULE)
    assert at_home.username == "anngause"
    for _ in range(50):
        failures.take(signing_in.bucket("anngause", ELSEWHERE), clock())

    assert failures.take(signing_in.bucket("anngause", STRANGER), clock()) is not None
    assert failures.take(signing_in.bucket("anngause", AT_HOME), clock()) is None
    assert failures.take(signing_in.bucket("anngause@example.com", AT_HOME), clock()) is None


def test_a_known_browser_is_limited_by_itself_and_forgiven_by_itself(
    database: Database, signing_in: SignInStore, at_home: Account, clock: Clock
) -> None:
    failures = FailureThrottle(database, RULE)
    bucket = signing_in.bucket(at_home.username, AT_HOME)
    tried = [failures.take(bucket, clock()) for _ in range(6)]
    assert tried[:5] == [None] * 5
    assert tried[5] is not None
    assert failures.take(signing_in.bucket("anngause", STRANGER), clock()) is None

    signing_in.accept("anngause", signing_in.candidate("anngause"), None, AT_HOME)
    assert failures.take(bucket, clock()) is None


def test_a_browser_is_known_to_its_own_accounts_alone(
    known: KnownBrowsers, signing_in: SignInStore, at_home: Account, people: People
) -> None:
    people.create("bobbuilder")

    assert known.knows(HOME, at_home.username)
    assert not known.knows(HOME, "bobbuilder")
    assert not known.knows("", "anngause")
    assert not known.knows(ELSEWHERE.known, "anngause")
    assert signing_in.bucket("bobbuilder", AT_HOME) == signing_in.bucket("bobbuilder", STRANGER)
    assert signing_in.bucket("nobodyatall", AT_HOME) == signing_in.bucket("nobodyatall", STRANGER)


def test_a_used_link_makes_its_browser_known_and_an_unused_or_old_one_does_not(
    database: Database, known: KnownBrowsers, resets: ResetStore, ann: Account, clock: Clock
) -> None:
    digest = mailed(database, ann, clock)
    for link in (digest, "", "0" * 64):
        known.remember_reset(HOME, link)
    assert not known.knows(HOME, "anngause")

    assert resets.consume(digest, "new hash", ANN)
    known.remember_reset(HOME, digest)
    assert known.knows(HOME, "anngause")

    clock.advance(seconds=JUST.total_seconds())
    known.remember_reset(ELSEWHERE.known, digest)
    assert not known.knows(ELSEWHERE.known, "anngause")


def test_a_new_password_makes_every_browser_a_stranger_again(
    database: Database, known: KnownBrowsers, at_home: Account, clock: Clock
) -> None:
    assert at_home.id is not None
    new = NewPassword(at_home.id, "new hash", WhyCancelled.PASSWORD_CHANGED, "account page")
    with database.writing() as session:
        new_password.replace(session, new, ANN, StoreParts(database, hashed, new_id, clock))

    assert not known.knows(HOME, "anngause")
    assert rows(database, KnownBrowser) == []


def test_only_the_newest_browsers_are_kept(
    database: Database,
    known: KnownBrowsers,
    signing_in: SignInStore,
    sessions: Sessions,
    at_home: Account,
    clock: Clock,
) -> None:
    assert at_home.username == "anngause"
    for number in range(MOST):
        clock.advance(seconds=1)
        token = sessions.open(accepted(signing_in, "anngause"), ANN)
        assert token is not None
        known.remember_session(sha256(str(number)), sha256(token))

    assert len(rows(database, KnownBrowser)) == MOST
    assert not known.knows(HOME, "anngause")
    assert known.knows(sha256("0"), "anngause")
