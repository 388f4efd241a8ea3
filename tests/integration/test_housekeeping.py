"""What is old goes, what is not stays, and nothing that is still needed is called old."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from cers_app.accounts.models import Account, KnownBrowser, ResetLink, SessionClaim, SignInSession
from cers_app.accounts.sessions import SessionRule
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail
from cers_app.mail_request.native import LIFE, NativeRequest
from cers_app.not_me.store import NotMeLink
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.storage.guesses import Guesses, GuessesRule
from cers_app.storage.throttle import FailureRule, FailureThrottle, Throttle
from cers_app.upkeep import housekeeping
from cers_app.upkeep.housekeeping import Housekeeping, KeepRule
from cers_app.upkeep.tables import TABLES
from cers_app.values.events import Event
from cers_app.verification.answers import Purpose
from cers_app.verification.models import TOLD_LATE, Challenge
from tests.support.doubles import NOON, Clock
from tests.support.looking import rows

AUDIT, ENDED, BROWSERS = timedelta(days=400), timedelta(days=30), timedelta(days=399)
SESSIONS = SessionRule(idle=timedelta(minutes=30), longest=timedelta(hours=12), claim=timedelta(seconds=30))
FAILURES = FailureRule(5, timedelta(minutes=5), timedelta(minutes=15))
GUESSES = GuessesRule(100, timedelta(days=30), 10)
RULE = KeepRule(AUDIT, ENDED, BROWSERS, SESSIONS, FAILURES, GUESSES)
SECOND = timedelta(seconds=1)


@pytest.fixture
def keeping(database: Database, clock: Clock) -> Housekeeping:
    return Housekeeping(database, RULE, clock)


def mail(name: str, age: timedelta, state: MailState, account: Account) -> OutgoingMail:
    at = NOON - age
    sent = at if state == MailState.SENT else None
    return OutgoingMail(
        id=name, kind=MailKind.RESET_LINK, account_id=account.id, state=state, created_at=at, due_at=at, sent_at=sent
    )


def link(name: str, expired_for: timedelta, mail_id: str, account: Account) -> ResetLink:
    at = NOON - expired_for
    assert account.id is not None
    return ResetLink(digest=name, public_id=name, account_id=account.id, mail_id=mail_id, created_at=at, expires_at=at)


def everything(account: Account) -> dict[str, list[SQLModel]]:
    """Rows that are old by a second, and rows that are not yet."""
    assert account.id is not None
    found: dict[str, list[SQLModel]] = {"old": [], "new": []}
    for name, more in (("old", SECOND), ("new", -SECOND)):
        idle, long = NOON - SESSIONS.idle - more, NOON - SESSIONS.longest - more
        blocked, began = NOON - FAILURES.longest - more, NOON - FAILURES.window - more
        found[name] = [
            mail(f"{name} sent", ENDED + more, MailState.SENT, account),
            mail(f"{name} failed", ENDED + more, MailState.FAILED, account),
            mail(f"{name} linked", ENDED + more + timedelta(hours=1), MailState.SENT, account),
            link(f"{name} link", ENDED + more, f"{name} linked", account),
            AuditEvent(at=NOON - AUDIT - more, last_at=NOON, event=Event.SIGN_IN_OK),
            Challenge(
                id=name,
                answer="",
                picture=b"",
                purpose=Purpose.RESET_PASSWORD,
                owner="",
                expires_at=NOON - TOLD_LATE - more,
            ),
            KnownBrowser(digest=name, account_id=account.id, seen_at=NOON - BROWSERS - more),
            NativeRequest(browser="", purpose=Purpose.RESET_PASSWORD, identifier="", asked_at=NOON - LIFE - more),
            SessionClaim(digest=name, account_id=account.id, browser="", expires_at=NOON - more),
            SignInSession(digest=f"{name} idle", account_id=account.id, opened_at=idle, seen_at=idle),
            SignInSession(digest=f"{name} long", account_id=account.id, opened_at=long, seen_at=NOON),
            NotMeLink(
                digest=name, account_id=account.id, mail_id=f"{name} sent", changed_at=NOON, expires_at=NOON - more
            ),
            Throttle(key=f"{name} blocked", failures=9, window_began_at=blocked, blocked_until=blocked),
            Throttle(key=f"{name} open", failures=2, window_began_at=began),
            Guesses(key=name, failures=2, began_at=NOON - GUESSES.window - more, last_at=NOON),
        ]
    return found


def test_what_is_old_by_a_second_goes_and_what_is_not_stays(
    database: Database, keeping: Housekeeping, ann: Account
) -> None:
    found = everything(ann)
    wanted = Counter(str(type(row).__tablename__) for row in found["old"])
    with database.writing() as session:
        for row in [*found["old"], *found["new"]]:
            session.add(row)
            session.flush()

    deleted = keeping.purge()

    assert deleted == wanted
    assert set(deleted) == {str(table.__tablename__) for table in TABLES} - {"account", "identifier"}
    for table in TABLES[1:]:
        keys = [
            str(getattr(row, "id", None) or getattr(row, "digest", None) or getattr(row, "key", ""))
            for row in rows(database, table)
        ]
        assert not [key for key in keys if key.startswith("old")]
    assert Counter(str(type(row).__tablename__) for row in found["new"]) == Counter(
        str(table.__tablename__) for table in TABLES for _ in rows(database, table) if table.__tablename__ in wanted
    )
    assert keeping.purge() == dict.fromkeys(wanted, 0)
    assert len(rows(database, Account)) == 1


def test_a_mail_that_waits_is_kept_however_old_it_is(database: Database, keeping: Housekeeping, ann: Account) -> None:
    with database.writing() as session:
        session.add(mail("waits", ENDED * 10, MailState.WAITING, ann))

    keeping.purge()

    assert [row.id for row in rows(database, OutgoingMail)] == ["waits"]


def test_a_mail_is_kept_as_long_as_its_link(database: Database, keeping: Housekeeping, ann: Account) -> None:
    with database.writing() as session:
        session.add(mail("old but linked", ENDED * 2, MailState.SENT, ann))
        session.flush()
        session.add(link("young", ENDED / 2, "old but linked", ann))

    assert keeping.purge()["outgoing_mail"] == 0


def test_a_purged_counter_would_have_begun_anew_and_one_that_counts_is_kept(
    database: Database, keeping: Housekeeping, clock: Clock
) -> None:
    failures = FailureThrottle(database, FAILURES)
    for _ in range(6):
        failures.take("guessed", clock())
    clock.advance(minutes=15)
    assert keeping.purge()["throttle"] == 0
    clock.advance(minutes=16)
    assert keeping.purge()["throttle"] == 1
    assert [failures.take("guessed", clock()) for _ in range(5)] == [None] * 5


def test_many_rows_go_in_small_units_of_work(
    database: Database, keeping: Housekeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "AT_ONCE", 10)
    with database.writing() as session:
        for number in range(35):
            audit.record(session, Event.THROTTLED, at=NOON - AUDIT * 2, detail=str(number))

    assert keeping.purge()["audit_event"] == 35
    assert rows(database, AuditEvent) == []


def test_between_two_portions_everybody_else_gets_a_turn(database: Database, clock: Clock) -> None:
    old = NOON - AUDIT - SECOND
    with database.writing() as session:
        session.add_all(AuditEvent(at=old, last_at=old, event=Event.SIGN_IN_OK) for _ in range(1200))
    pauses: list[float] = []

    deleted = Housekeeping(database, RULE, clock, pauses.append).purge()

    assert deleted["audit_event"] == 1200
    assert pauses == [housekeeping.PAUSE_SECONDS] * (1200 // housekeeping.AT_ONCE)
