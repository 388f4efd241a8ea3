"""What the account pages read and write."""

from dataclasses import replace
from datetime import timedelta

from cers_app.accounts.models import Account, AccountState, ResetLink, SignInSession
from cers_app.accounts.sessions import Sessions
from cers_app.mail.outbox import OutgoingMail
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.storage.throttle import FailureRule, FailureThrottle
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from cers_app.values.identifiers import NotAnIdentifier, normalize
from cers_app.your_account.store import AccountStore
from tests.integration.conftest import People
from tests.support.doubles import ANN, STRANGER, Clock
from tests.support.looking import accepted, hashed, mailed, opened, rows


def signed_in(signing_in: SignInStore, sessions: Sessions, username: str) -> str:
    """The digest of a new session."""
    token = opened(sessions, accepted(signing_in, username), ANN)
    assert token is not None
    return token


def test_the_owner_sees_their_sessions_and_steps_and_nobody_elses(
    accounts: AccountStore, signing_in: SignInStore, sessions: Sessions, people: People, ann: Account, clock: Clock
) -> None:
    people.create("bobbuilder")
    signed_in(signing_in, sessions, "bobbuilder")
    first = signed_in(signing_in, sessions, "anngause")
    began = clock()
    clock.advance(minutes=10)
    signing_in.refuse("anngause", signing_in.candidate("anngause"), STRANGER)
    second = signed_in(signing_in, sessions, "anngause")

    seen = accounts.overview(second)
    assert seen is not None
    assert (seen.username, seen.email, seen.previous_sign_in_at) == ("anngause", ann.email, began)
    assert [(row.opened_at, row.ip, row.is_this) for row in seen.sessions] == [
        (clock(), ANN.ip, True),
        (began, ANN.ip, False),
    ]
    assert [(step.event, step.ip) for step in seen.steps] == [
        ("sign_in_ok", ANN.ip),
        ("sign_in_refused", STRANGER.ip),
        ("sign_in_ok", ANN.ip),
    ]

    clock.advance(minutes=25)
    still = accounts.overview(second)
    assert still is not None
    assert [row.is_this for row in still.sessions] == [True], "the first one was idle for half an hour"
    assert accounts.overview(first) is None
    assert accounts.overview("") is None


def test_a_changed_password_ends_sessions_and_links_and_sends_the_notice(
    accounts: AccountStore,
    signing_in: SignInStore,
    sessions: Sessions,
    people: People,
    ann: Account,
    database: Database,
    clock: Clock,
) -> None:
    link = mailed(database, ann, clock)
    digest = signed_in(signing_in, sessions, "anngause")
    signed_in(signing_in, sessions, "anngause")
    owner = accounts.owner(digest)
    assert owner is not None

    assert accounts.change(owner, "new hash", ANN)
    assert not accounts.change(owner, "another hash", ANN)

    assert people.hash_of(ann) == "new hash"
    assert rows(database, SignInSession) == []
    assert accounts.owner(digest) is None
    (cancelled,) = [row for row in rows(database, ResetLink) if row.digest == link]
    assert cancelled.cancelled_why == WhyCancelled.PASSWORD_CHANGED
    assert [mail.kind for mail in rows(database, OutgoingMail)].count("password_changed") == 1
    events = [(row.event, row.detail) for row in rows(database, AuditEvent)]
    assert events[-2:] == [("password_changed", "account page"), ("sessions_ended", "2")]


def test_wrong_current_passwords_are_counted_apart_from_sign_in_and_forgiven_by_the_right_one(
    accounts: AccountStore, signing_in: SignInStore, sessions: Sessions, ann: Account, database: Database, clock: Clock
) -> None:
    digest = signed_in(signing_in, sessions, "anngause")
    owner = accounts.owner(digest)
    assert owner is not None
    failures = FailureThrottle(database, FailureRule(1, timedelta(minutes=5), timedelta(minutes=15)))
    assert failures.take(owner.failures_key, clock()) is None
    accounts.refused(Event.PASSWORD_REFUSED, owner, ANN)
    assert failures.take(owner.failures_key, clock()) is not None
    assert failures.take(hashed(ann.username), clock()) is None
    assert normalize(f"\0current password of {ann.id}") == NotAnIdentifier(), "or a stranger could shut them out"

    accounts.forgive(owner)
    assert failures.take(owner.failures_key, clock()) is None
    assert rows(database, AuditEvent)[-1].event == "password_refused"


def test_signing_out_one_browser_ends_its_session_alone(
    accounts: AccountStore, signing_in: SignInStore, sessions: Sessions, ann: Account
) -> None:
    this, other, third = (signed_in(signing_in, sessions, ann.username) for _ in range(3))
    overview = accounts.overview(other)
    assert overview is not None
    (shown,) = [each for each in overview.sessions if each.is_this]

    accounts.end_one(shown.id, this, ANN)

    assert [accounts.owner(each) is not None for each in (this, other, third)] == [True, False, True]


def test_signing_out_everywhere_ends_every_session_of_this_account_alone(
    accounts: AccountStore,
    signing_in: SignInStore,
    sessions: Sessions,
    people: People,
    ann: Account,
    database: Database,
) -> None:
    bob = people.create("bobbuilder")
    signed_in(signing_in, sessions, "bobbuilder")
    digest, *_ = (signed_in(signing_in, sessions, "anngause") for _ in range(3))

    assert accounts.end_everywhere(digest, ANN) == 3
    assert accounts.end_everywhere(digest, ANN) == 0
    assert accounts.end_everywhere("", ANN) == 0

    assert [row.account_id for row in rows(database, SignInSession)] == [bob.id]
    assert (rows(database, AuditEvent)[-1].event, rows(database, AuditEvent)[-1].account_id) == (
        "sessions_ended",
        ann.id,
    )


def test_who_was_signed_out_or_disabled_in_between_changes_nothing(
    accounts: AccountStore, signing_in: SignInStore, sessions: Sessions, people: People, ann: Account
) -> None:
    before = people.hash_of(ann)
    digest = signed_in(signing_in, sessions, "anngause")
    owner = accounts.owner(digest)
    assert owner is not None
    people.set_state(ann, AccountState.DISABLED)
    assert not accounts.change(owner, "new hash", ANN)

    people.set_state(ann, AccountState.ACTIVE)
    accounts.end_everywhere(digest, ANN)
    assert not accounts.change(owner, "new hash", ANN)
    assert people.hash_of(ann) == before


def test_what_strangers_do_does_not_hide_what_the_owner_has_to_see(
    accounts: AccountStore, signing_in: SignInStore, sessions: Sessions, resets: ResetStore, ann: Account, clock: Clock
) -> None:
    digest = signed_in(signing_in, sessions, ann.username)
    for _ in range(12):
        clock.advance(seconds=90)
        resets.ask(ann.username, STRANGER)
        signing_in.refuse(ann.username, signing_in.candidate(ann.username), STRANGER)

    seen = accounts.overview(digest)
    assert seen is not None
    steps = [step.event for step in seen.steps]
    assert (steps[-1], len(steps)) == ("sign_in_ok", 5)
    assert {"link_asked", "sign_in_refused"} <= set(steps), "the newest of them are there"


def test_two_browsers_of_one_office_are_two_steps(
    accounts: AccountStore, signing_in: SignInStore, sessions: Sessions, ann: Account
) -> None:
    phone = replace(
        ANN, user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604"
    )
    desk = replace(ANN, user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.0.0")
    for visitor in (desk, phone):
        token = opened(sessions, accepted(signing_in, ann.username, visitor), visitor)
    assert token is not None

    seen = accounts.overview(token)
    assert seen is not None
    assert [step.device for step in seen.steps] == ["Safari on iPhone", "Chrome on Windows"]
