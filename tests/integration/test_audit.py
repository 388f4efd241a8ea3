"""What is written down of every step, and what never is."""

import contextlib
import logging
from pathlib import Path

import pytest

from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.sessions import Sessions
from cers_app.mail.mailer import MailboxFolder
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.digests import sha256
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, NOON, STRANGER, Clock
from tests.support.looking import accepted, everything_stored, hashed, opened, plans_of, rows


def test_equal_rows_of_one_minute_are_one_row_with_a_count(database: Database, clock: Clock) -> None:
    def happens(visitor: Visitor = ANN, detail: str = "sign-in") -> None:
        with database.writing() as session:
            audit.record(session, Event.SIGN_IN_REFUSED, at=clock(), visitor=visitor, detail=detail)

    for _ in range(100):
        happens()
    clock.advance(seconds=59)
    happens()
    happens(STRANGER)
    happens(detail="another")
    clock.advance(seconds=2)
    happens()

    found = [(row.ip, row.detail, row.count) for row in rows(database, AuditEvent)]
    assert found == [
        (ANN.ip, "sign-in", 101),
        (STRANGER.ip, "sign-in", 1),
        (ANN.ip, "another", 1),
        (ANN.ip, "sign-in", 1),
    ]
    assert rows(database, AuditEvent)[0].last_at > NOON


@pytest.mark.parametrize("typed", ["somebody.unknown@example.com", "someunknown"])
def test_a_name_that_matches_no_account_stands_nowhere_in_clear(
    database: Database, signing_in: SignInStore, resets: ResetStore, post: Post, tmp_path: Path, typed: str
) -> None:
    signing_in.refuse(typed, signing_in.candidate(typed), ANN)
    signing_in.throttled(typed, ANN)
    resets.ask(typed, ANN)

    found = rows(database, AuditEvent)
    assert [row.event for row in found] == [Event.SIGN_IN_REFUSED, Event.THROTTLED, Event.LINK_ASKED]
    assert {row.identifier for row in found} == {hashed(typed)}
    assert {row.account_id for row in found} == {None}
    # Only the mail that tells its owner so needs the address, until it is sent.
    assert (typed in everything_stored(database)) == ("@" in typed)
    post.worker(MailboxFolder(tmp_path)).work()
    assert typed not in everything_stored(database)


def test_what_concerns_an_account_names_it_and_its_visitor(
    database: Database, signing_in: SignInStore, ann: Account
) -> None:
    candidate = signing_in.candidate("anngause")
    signing_in.refuse("anngause", candidate, STRANGER)
    signing_in.accept(candidate, signing_in.bucket("anngause", ANN), None, ANN)

    refused, accepted = rows(database, AuditEvent)
    assert (refused.event, refused.account_id, refused.ip) == (Event.SIGN_IN_REFUSED, ann.id, STRANGER.ip)
    assert (accepted.event, accepted.account_id, accepted.ip) == (Event.SIGN_IN_OK, ann.id, ANN.ip)
    assert {row.identifier for row in (refused, accepted)} == {""}
    assert accepted.request_id == ANN.request_id
    assert accepted.at == NOON


def test_a_refusal_before_any_look_up_is_written_down_without_an_account(
    database: Database, resets: ResetStore
) -> None:
    resets.refused(Event.VERIFICATION_FAILED, ANN)
    resets.refused(Event.THROTTLED, ANN)

    assert [(row.event, row.account_id) for row in rows(database, AuditEvent)] == [
        (Event.VERIFICATION_FAILED, None),
        (Event.THROTTLED, None),
    ]


def test_signing_out_is_written_down_once(
    database: Database, signing_in: SignInStore, sessions: Sessions, ann: Account
) -> None:
    token = opened(sessions, accepted(signing_in, "anngause"), ANN)
    assert token is not None
    sessions.end(sha256("another token"), ANN)
    assert Event.SIGNED_OUT not in {row.event for row in rows(database, AuditEvent)}, "nobody's session"

    sessions.end(token, ANN)
    sessions.end(token, ANN)
    outs = [row for row in rows(database, AuditEvent) if row.event == Event.SIGNED_OUT]
    assert [(row.account_id, row.count) for row in outs] == [(ann.id, 1)]


def test_a_session_that_a_sign_in_replaces_is_written_down_as_its_owners(
    database: Database, signing_in: SignInStore, sessions: Sessions, ann: Account, people: People
) -> None:
    people.create("bobbuilder")
    token = opened(sessions, accepted(signing_in, "anngause"), ANN)
    assert token is not None

    assert opened(sessions, accepted(signing_in, "bobbuilder"), ANN, token) is not None
    outs = [row for row in rows(database, AuditEvent) if row.event == Event.SIGNED_OUT]
    assert [(row.account_id, row.detail) for row in outs] == [(ann.id, "replaced by a new sign-in")]


@pytest.mark.parametrize("state", [AccountState.DISABLED, AccountState.NOT_ACTIVATED])
def test_a_link_asked_for_an_account_that_is_not_active_is_written_down_with_it(
    database: Database, resets: ResetStore, people: People, state: AccountState
) -> None:
    account = people.create(state=state)
    resets.ask("anngause", ANN)

    (event,) = rows(database, AuditEvent)
    assert (event.event, event.account_id, event.detail) == (Event.LINK_ASKED, account.id, "queued")


@pytest.mark.parametrize("key", ["anngause", "nobodyatall"])
def test_looking_for_an_equal_row_costs_the_same_for_somebody_and_nobody(
    database: Database, signing_in: SignInStore, ann: Account, key: str
) -> None:
    assert ann.username == "anngause"
    plans = plans_of(database, "UPDATE audit_event")

    signing_in.refuse(key, signing_in.candidate(key), ANN)

    equal = "account_id=? AND identifier=? AND event=? AND ip=? AND at>?"
    assert plans() == [f"SEARCH audit_event USING INDEX ix_audit_event_equal ({equal})"]


def test_a_row_that_is_kept_is_told_in_the_log_and_one_that_is_not_is_not(
    database: Database, clock: Clock, ann: Account, caplog: pytest.LogCaptureFixture
) -> None:
    def lines() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == "cers_app.storage.audit"]

    with caplog.at_level(logging.INFO, "cers_app.storage.audit"):
        with contextlib.suppress(ZeroDivisionError), database.writing() as session:
            audit.record(session, Event.LINK_USED, at=clock(), visitor=ANN, account_id=ann.id)
            _ = 1 // 0
        assert lines() == []
        for _ in range(2):
            with database.writing() as session:
                audit.record(session, Event.LINK_USED, at=clock(), visitor=ANN, account_id=ann.id, detail="reset")
        assert lines() == ["link_used"] * 2

    (record, _) = caplog.records
    told = vars(record)
    assert (told["request_id"], told["account"], told["detail"]) == (ANN.request_id, ann.id, "reset")
    assert "anngause" not in str(told)


def test_one_id_leads_from_the_request_to_the_mail(
    database: Database, resets: ResetStore, post: Post, ann: Account, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "cers_app.storage.audit"):
        resets.ask(ann.username, ANN)
        post.worker(MailboxFolder(tmp_path / "mailbox")).work()

    told = [(record.getMessage(), vars(record)["request_id"]) for record in caplog.records if "audit" in record.name]
    assert told == [("link_asked", ANN.request_id), ("mail_sent", ANN.request_id)]
    assert [(row.event, row.request_id) for row in rows(database, AuditEvent)] == told
