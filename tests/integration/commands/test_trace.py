"""What an operator sees of one request, and that the look is written down."""

import logging
from collections.abc import Iterator

import pytest

from cers_app.commands.trace import NO_LOG
from cers_app.composition.world import REAL
from cers_app.logs import processes
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Origin, OutgoingMail
from cers_app.provided import provided
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.support.trace import NEITHER, NOTHING
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from tests.integration.commands.conftest import Desk, forget
from tests.support.looking import rows
from tests.support.smtp import MoodyInbox
from tests.unit.installed_log import installing

ID, REFERENCE = "5f0c9b1e7a3d4c62", "K7QDM4XW"


@pytest.fixture
def logged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk, where this process logs as the portal does."""
    monkeypatch.setenv(processes.MANAGED, "by the test")
    with installing():
        processes.claim()
        yield desk


def steps(told: str) -> list[str]:
    """Where each step comes from, and what happened, without times."""
    return [line[39:] for line in told.partition("All times are in UTC.\n")[2].splitlines()]


def test_the_tries_of_a_mail_that_waits_and_then_fails_are_seen_with_the_words_of_the_mail_server(
    logged: Desk, inbox: MoodyInbox
) -> None:
    logged.create("anngause")
    said = logged.says("support", "send-username", "anngause", "--reason", "call of ann@example.com")
    reference = said.split()[-1].rstrip(".")
    inbox.answers = ["451 4.7.1 <anngause@example.com> greylisted", "550 5.1.1 <anngause@example.com> no such user"]
    logged.says("mail", "work", "--once")
    (mail,) = rows(logged.database, OutgoingMail)

    waits = logged.says("trace", reference)
    assert "Email:    username_reminder, waiting after 1 try: message refused 451 4.7.1\n" in waits
    assert steps(waits)[-1] == "mail   The next try is due"
    tried = f"mail {mail.id} (username_reminder) was not sent: message refused"
    assert [step for step in steps(waits) if "log " in step] == [
        f"log    warning cers_app.mail.worker: {tried} 451 4.7.1"
    ]

    with logged.database.writing() as session:
        session.get_one(OutgoingMail, mail.id).due_at = REAL.now()
    logged.says("mail", "work", "--once")
    failed = logged.says("trace", reference)
    assert "Email:    username_reminder, failed after 2 tries: message refused 550 5.1.1\n" in failed
    assert "audit  Email failed (username_reminder: message refused 550 5.1.1), by worker" in steps(failed)
    assert f"log    warning cers_app.mail.worker: {tried} 550 5.1.1" in steps(failed)
    assert "The next try is due" not in failed
    assert "reason: call of a**@example.com" in failed
    assert "anngause@" not in waits + failed


def test_a_mail_that_a_worker_has_and_one_that_is_for_nobody(desk: Desk) -> None:
    with desk.database.writing() as session:
        mail_id = outbox.enqueue(session, REAL, MailKind.RESET_LINK, None, Origin(REFERENCE, "", ID), identifier="h")
        assert outbox.claim(session, mail_id, REAL.now())
    assert steps(desk.says("trace", REFERENCE))[-1] == "mail   A worker has the email, at most until now"

    with desk.database.writing() as session:
        session.get_one(OutgoingMail, mail_id).leased_until = None
    desk.says("mail", "work", "--once")
    told = desk.says("trace", ID)
    assert "Account:  none\n" in told
    assert "mail   Nobody to send the email to" in steps(told)


def test_a_link_that_a_newer_one_replaced(desk: Desk) -> None:
    ann = desk.create("anngause")
    for _ in range(2):
        desk.says("support", "send-link", "anngause")
        desk.says("mail", "work", "--once")
    first, _ = [row.reference for row in rows(desk.database, OutgoingMail)]
    desk.says("accounts", "disable", "anngause")

    told = desk.says("trace", first)

    assert "Account:  an****se@example.com, disabled\n" in told
    assert steps(told)[-1] == "link   Link canceled because the account was disabled"
    assert ann.email not in told


def test_the_look_is_written_down_with_its_reason_and_is_no_step_itself(desk: Desk) -> None:
    ann = desk.create("anngause")
    name = provided(IdentifierHash)("nobodyatall")
    with desk.database.writing() as session:
        audit.record(session, Event.LINK_ASKED, at=REAL.now(), account_id=ann.id, actor="cli:x", request_id=ID)
        audit.record(session, Event.LINK_ASKED, at=REAL.now(), identifier=name, actor="cli:x", reference=REFERENCE)

    first = desk.says("trace", ID, "--reason", "ticket 4711")
    assert desk.says("trace", ID) == first
    assert name not in desk.says("trace", "k7qd-m4xw")

    looks = [row for row in rows(desk.database, AuditEvent) if row.event == Event.ACCOUNT_SHOWN]
    assert [(row.account_id, row.identifier, row.detail) for row in looks] == [
        (ann.id, "", "traced; reason: ticket 4711"),
        (ann.id, "", "traced"),
        (None, name, "traced"),
    ]


def test_what_is_neither_a_reference_nor_an_id_and_what_nobody_asked(desk: Desk) -> None:
    for wrong in ("", "K7QD-M4X", "anngause", ID[1:], f"{ID}0", " " * 5_000 + ID, "K7QD\nM4XW"):
        assert desk.refuses("trace", "--", wrong) == NEITHER
    for unknown in (REFERENCE, ID):
        assert desk.refuses("trace", unknown) == NOTHING
    assert desk.types("trace", ID, "--log", "/nowhere/portal.log").exit_code == 2
    assert rows(desk.database, AuditEvent) == []


def test_a_request_that_left_only_lines_in_the_log_is_found_there(logged: Desk) -> None:
    logging.getLogger("cers_app.web").error("POST failed", extra={"request_id": ID})

    assert steps(logged.says("trace", ID)) == ["log    error cers_app.web: POST failed"]
    assert rows(logged.database, AuditEvent) == [], "a line of the log says nothing about a person"


def test_in_production_the_operator_gives_the_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = desk.create("anngause")
    with desk.database.writing() as session:
        audit.record(session, Event.LINK_ASKED, at=REAL.now(), account_id=ann.id, actor="cli:x", request_id=ID)
    assert NO_LOG not in desk.types("trace", ID).stderr
    for name, value in {"MODE": "production", "PUBLIC_URL": "https://portal.example.com", "TRUSTED_HOPS": "1"}.items():
        monkeypatch.setenv(f"CERS_{name}", value)
    forget()

    result = desk.types("trace", ID)

    assert (result.exit_code, result.stderr) == (0, f"{NO_LOG}\n")
    assert len(steps(result.stdout)) == 1
    provided(type(desk.database)).close()
