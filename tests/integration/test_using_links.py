"""Using a link: all of it or nothing, and only once."""

from datetime import timedelta

import pytest

from cers_app.accounts.models import Account, SessionClaim, SignInSession
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import Sessions
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.reset_password import links
from cers_app.reset_password.links import (
    LinkCancelled,
    LinkExpired,
    LinkNotComplete,
    LinkNotOpened,
    LinkRefused,
    LinkUsed,
)
from cers_app.reset_password.outcomes import OtherLink
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.storage.throttle import FailureRule, FailureThrottle
from cers_app.values.cancellation import WhyCancelled
from tests.integration.conftest import People
from tests.support.doubles import ANN, NOON, OLD_PASSWORD, STRANGER, Clock
from tests.support.looking import accepted, hashed, in_parallel, mailed, opened, rows


@pytest.fixture
def digest(database: Database, ann: Account, clock: Clock) -> str:
    return mailed(database, ann, clock)


def state(resets: ResetStore, digest: str, clock: Clock) -> links.LinkState:
    owner = resets.owner(digest)
    assert owner is not None
    return links.state_of(owner.facts, clock())


def test_a_link_sets_the_new_hash_and_of_no_other_account(
    resets: ResetStore, people: People, ann: Account, digest: str, clock: Clock
) -> None:
    bob = people.create("bobbuilder")
    before = people.hash_of(bob)

    assert resets.consume(digest, "new hash", ANN)
    assert people.hash_of(ann) == "new hash"
    assert people.hash_of(bob) == before
    assert state(resets, digest, clock) == LinkUsed(clock())


def test_a_used_link_opens_nothing(resets: ResetStore, people: People, ann: Account, digest: str) -> None:
    assert resets.consume(digest, "new hash", ANN)
    assert not resets.consume(digest, "another hash", STRANGER)

    assert people.hash_of(ann) == "new hash"


@pytest.mark.parametrize("digest", ["", "0" * 64, "%"])
def test_a_made_up_digest_changes_nothing(resets: ResetStore, people: People, ann: Account, digest: str) -> None:
    before = people.hash_of(ann)

    assert not resets.consume(digest, "new hash", ANN)
    assert resets.owner(digest) is None
    assert people.hash_of(ann) == before


def test_a_link_works_to_its_last_moment_and_not_beyond(
    database: Database, resets: ResetStore, people: People, ann: Account, digest: str, clock: Clock
) -> None:
    other = mailed(database, people.create("bobbuilder"), clock)
    before = people.hash_of(ann)

    clock.advance(minutes=60)
    assert not resets.consume(digest, "new hash", ANN)
    assert people.hash_of(ann) == before

    clock.advance(microseconds=-1)
    assert resets.consume(other, "new hash", ANN)


def test_of_twenty_uses_at_once_exactly_one_wins_and_its_password_stands(
    database: Database, resets: ResetStore, people: People, passwords: Passwords, ann: Account, digest: str
) -> None:
    hashes = [passwords.hash(f"the password of number {number}") for number in range(20)]
    outcomes = in_parallel(20, lambda number: resets.consume(digest, hashes[number], ANN))

    assert outcomes.count(True) == 1
    winner = outcomes.index(True)
    assert people.hash_of(ann) == hashes[winner]
    assert passwords.verify(people.hash_of(ann), f"the password of number {winner}")
    assert not passwords.verify(people.hash_of(ann), OLD_PASSWORD)
    assert [mail.kind for mail in rows(database, OutgoingMail)].count(MailKind.PASSWORD_CHANGED) == 1


def test_using_one_of_two_links_cancels_the_other_and_nobody_elses(
    database: Database, resets: ResetStore, people: People, ann: Account, digest: str, clock: Clock
) -> None:
    other, bobs = mailed(database, ann, clock), mailed(database, people.create("bobbuilder"), clock)
    assert resets.consume(digest, "new hash", ANN)

    assert not resets.consume(other, "another hash", ANN)
    assert state(resets, other, clock) == LinkCancelled(clock(), WhyCancelled.OTHER_LINK_USED)
    assert resets.consume(bobs, "bob's hash", ANN)
    assert people.hash_of(ann) == "new hash"


def test_an_expired_link_stays_expired_when_another_is_used(
    database: Database, resets: ResetStore, ann: Account, digest: str, clock: Clock
) -> None:
    clock.advance(minutes=61)
    assert resets.consume(mailed(database, ann, clock), "new hash", ANN)

    assert state(resets, digest, clock) == links.LinkExpired(clock() - timedelta(minutes=1))


def test_every_session_and_claim_of_the_account_ends_and_nobody_elses(
    database: Database,
    resets: ResetStore,
    sessions: Sessions,
    signing_in: SignInStore,
    people: People,
    ann: Account,
    digest: str,
) -> None:
    bob = people.create("bobbuilder")
    for username in ("anngause", "anngause", "bobbuilder"):
        code = accepted(signing_in, username)
        assert opened(sessions, code, ANN)
        accepted(signing_in, username)

    assert resets.consume(digest, "new hash", ANN)

    assert [row.account_id for row in rows(database, SignInSession)] == [bob.id]
    assert [row.account_id for row in rows(database, SessionClaim)] == [bob.id]
    ended = [row.detail for row in rows(database, AuditEvent) if row.event == "sessions_ended"]
    assert ended == ["2"]
    assert ann.id != bob.id


def test_the_failures_of_all_its_names_are_forgotten_and_of_no_other(
    database: Database, resets: ResetStore, ann: Account, digest: str, clock: Clock
) -> None:
    rule = FailureRule(1, timedelta(minutes=5), timedelta(minutes=15))
    failures = FailureThrottle(database, rule)
    for key in (ann.username, ann.email, "bobbuilder"):
        assert failures.take(hashed(key), clock()) is None
        assert failures.take(hashed(key), clock()) is not None

    assert resets.consume(digest, "new hash", ANN)

    assert failures.take(hashed(ann.username), clock()) is None
    assert failures.take(hashed(ann.email), clock()) is None
    assert failures.take(hashed("bobbuilder"), clock()) is not None


def test_the_notice_is_queued_and_everything_is_written_down(
    database: Database, resets: ResetStore, ann: Account, digest: str
) -> None:
    assert resets.consume(digest, "new hash", ANN)

    notices = [mail for mail in rows(database, OutgoingMail) if mail.kind == MailKind.PASSWORD_CHANGED]
    assert [(mail.account_id, mail.state, mail.request_id) for mail in notices] == [(ann.id, "waiting", ANN.request_id)]
    events = rows(database, AuditEvent)
    assert [row.event for row in events] == ["link_used", "password_changed", "sessions_ended"]
    assert {(row.account_id, row.ip) for row in events} == {(ann.id, ANN.ip)}


@pytest.mark.parametrize(
    ("why", "stored"),
    [
        (LinkUsed(NOON), "LinkUsed"),
        (LinkExpired(NOON), "LinkExpired"),
        (LinkCancelled(NOON, WhyCancelled.EMAIL_CHANGED), "LinkCancelled"),
        (LinkNotOpened(), "LinkNotOpened"),
        (LinkNotComplete(), "LinkNotComplete"),
        (OtherLink(), "OtherLink"),
    ],
)
def test_a_refused_link_is_written_down_with_the_same_words_in_every_version(
    database: Database, resets: ResetStore, ann: Account, digest: str, why: LinkRefused | OtherLink, stored: str
) -> None:
    resets.not_consumed(digest, why, ANN)

    (event,) = rows(database, AuditEvent)
    assert (event.event, event.detail, event.account_id) == ("link_refused", stored, ann.id)
