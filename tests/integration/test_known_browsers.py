"""Browsers an account is known from are counted apart: no stranger keeps an owner out."""

from dataclasses import replace
from itertools import pairwise

import pytest

from cers_app.accounts.known_browsers import JUST, MOST, KnownBrowsers
from cers_app.accounts.models import Account, KnownBrowser
from cers_app.accounts.sessions import Sessions
from cers_app.new_password import replacing
from cers_app.new_password.replacing import NewPassword
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.storage.throttle import FailureThrottle, Throttle
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import sha256
from tests.integration.conftest import People
from tests.support.doubles import ANN, STRANGER, Clock, world_at
from tests.support.looking import FAILURES, accepted, hashed, mailed, opened, rows

HOME = sha256("the cookie of the browser at home")
NEWER = sha256("the next cookie of the browser at home")
AT_HOME = replace(ANN, known=HOME)
ELSEWHERE = replace(STRANGER, known=sha256("another cookie"))


@pytest.fixture
def at_home(known: KnownBrowsers, signing_in: SignInStore, sessions: Sessions, ann: Account) -> Account:
    """Ann has signed in at home once."""
    token = opened(sessions, accepted(signing_in, "anngause"), ANN)
    assert token is not None
    known.remember_session(HOME, token)
    return ann


def test_strangers_cannot_keep_the_owner_out_of_a_browser_she_has_used(
    database: Database, signing_in: SignInStore, at_home: Account, clock: Clock
) -> None:
    failures = FailureThrottle(database, FAILURES)
    assert at_home.username == "anngause"
    for _ in range(50):
        failures.take(signing_in.bucket("anngause", ELSEWHERE).key, clock())

    assert failures.take(signing_in.bucket("anngause", STRANGER).key, clock()) is not None
    assert failures.take(signing_in.bucket("anngause", AT_HOME).key, clock()) is None
    assert failures.take(signing_in.bucket("anngause@example.com", AT_HOME).key, clock()) is None


def test_a_known_browser_is_limited_by_itself_and_forgiven_by_itself(
    database: Database, signing_in: SignInStore, at_home: Account, clock: Clock
) -> None:
    failures = FailureThrottle(database, FAILURES)
    bucket = signing_in.bucket(at_home.username, AT_HOME)
    tried = [failures.take(bucket.key, clock()) for _ in range(6)]
    assert tried[:5] == [None] * 5
    assert tried[5] is not None
    assert failures.take(signing_in.bucket("anngause", STRANGER).key, clock()) is None

    accepted(signing_in, "anngause", AT_HOME)
    assert failures.take(bucket.key, clock()) is None


@pytest.mark.parametrize("guesses", range(8))
def test_a_stranger_cannot_see_whether_the_owner_has_signed_in_from_a_new_browser(
    database: Database, signing_in: SignInStore, ann: Account, clock: Clock, guesses: int
) -> None:
    """Each guess is tried as soon as it may be; `unseen` is a name with the same guesses and no sign-in."""
    failures, counted = FailureThrottle(database, FAILURES), signing_in.bucket(ann.username, STRANGER).key
    for _ in range(guesses):
        waits = failures.take(counted, clock()), failures.take("unseen", clock())
        if waits[0] is not None:
            clock.now = waits[0]
            assert [failures.take(key, clock()) for key in (counted, "unseen")] == [None, None]
    blocked_until = failures.take("unseen", clock()) if guesses >= 5 else None
    clock.now = blocked_until or clock.now

    clock.advance(seconds=2)
    assert failures.take(counted, clock()) is None
    assert accepted(signing_in, "anngause", ELSEWHERE)

    assert state(database, counted) == state(database, "unseen")
    assert bool(state(database, counted)) == bool(guesses)


def state(database: Database, key: str) -> tuple[object, ...]:
    """What is counted for a key; while it must wait nothing reads when its window began."""
    with database.reading() as session:
        row = session.get(Throttle, key)
    return (row.failures, row.blocked_until or row.window_began_at) if row else ()


def test_each_sign_in_gives_a_new_token_by_which_every_account_of_the_browser_knows_it(
    known: KnownBrowsers, signing_in: SignInStore, sessions: Sessions, at_home: Account, people: People
) -> None:
    people.create("bobbuilder")
    assert known.counted_as(HOME, at_home.username)
    token = opened(sessions, accepted(signing_in, "bobbuilder", AT_HOME), AT_HOME)
    assert token is not None
    known.remember_session(NEWER, token, former=HOME)

    assert known.counted_as(NEWER, "anngause")
    assert known.counted_as(NEWER, "bobbuilder")
    assert not known.counted_as(HOME, "anngause")
    assert not known.counted_as(HOME, "bobbuilder")


def test_a_new_token_brings_no_new_guesses_at_another_account_of_the_same_browser(
    database: Database, known: KnownBrowsers, signing_in: SignInStore, at_home: Account, clock: Clock
) -> None:
    failures, tokens = FailureThrottle(database, FAILURES), [HOME, *(sha256(f"token {n}") for n in range(3))]
    tried = []
    for former, newer in pairwise(tokens):
        visitor = replace(AT_HOME, known=former)
        tried += [failures.take(signing_in.bucket(at_home.username, visitor).key, clock()) for _ in range(4)]
        known.remember_session(newer, "no session of hers", former)

    assert tried[:5] == [None] * 5
    assert all(tried[5:])
    assert failures.take(signing_in.bucket("anngause", STRANGER).key, clock()) is None


def test_a_browser_is_known_to_its_own_accounts_alone(
    known: KnownBrowsers, signing_in: SignInStore, at_home: Account, people: People
) -> None:
    people.create("bobbuilder")

    assert known.counted_as(HOME, at_home.username)
    assert not known.counted_as(HOME, "bobbuilder")
    assert not known.counted_as("", "anngause")
    assert not known.counted_as(ELSEWHERE.known, "anngause")
    assert signing_in.bucket("bobbuilder", AT_HOME) == signing_in.bucket("bobbuilder", STRANGER)
    assert signing_in.bucket("nobodyatall", AT_HOME) == signing_in.bucket("nobodyatall", STRANGER)


def test_a_used_link_makes_its_browser_known_and_an_unused_or_old_one_does_not(
    database: Database, known: KnownBrowsers, resets: ResetStore, ann: Account, clock: Clock
) -> None:
    digest = mailed(database, ann, clock)
    for link in (digest, "", "0" * 64):
        known.remember_reset(HOME, link)
    assert not known.counted_as(HOME, "anngause")

    assert resets.consume(digest, "new hash", ANN)
    known.remember_reset(HOME, digest)
    assert known.counted_as(HOME, "anngause")
    known.remember_reset(NEWER, digest, former=HOME)
    assert known.counted_as(NEWER, "anngause")
    assert not known.counted_as(HOME, "anngause")

    clock.advance(seconds=JUST.total_seconds())
    known.remember_reset(ELSEWHERE.known, digest)
    assert not known.counted_as(ELSEWHERE.known, "anngause")


def test_a_new_password_makes_every_browser_a_stranger_again(
    database: Database, known: KnownBrowsers, at_home: Account, clock: Clock
) -> None:
    assert at_home.id is not None
    new = NewPassword(at_home.id, "new hash", WhyCancelled.PASSWORD_CHANGED, "account page")
    with database.writing() as session:
        replacing.replace(session, new, ANN, world_at(clock), hashed)

    assert not known.counted_as(HOME, "anngause")
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
        token = opened(sessions, accepted(signing_in, "anngause"), ANN)
        assert token is not None
        known.remember_session(sha256(str(number)), token)

    assert len(rows(database, KnownBrowser)) == MOST
    assert not known.counted_as(HOME, "anngause")
    assert known.counted_as(sha256("0"), "anngause")
