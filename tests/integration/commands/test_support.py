"""What support staff see, and what they send to those who call."""

import getpass
import os
from pathlib import Path

import pytest
from sqlmodel import select

from cers_app.accounts.models import AccountState, ResetLink
from cers_app.commands import operator
from cers_app.composition.world import now
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, MailState, Origin, OutgoingMail
from cers_app.provided import provided
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.masking import mask
from cers_app.values.reference import spelled
from cers_app.values.world import World
from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import given
from tests.support.doubles import ANN
from tests.support.looking import everything_stored, rows
from tests.support.smtp import MoodyInbox


def test_staff_see_what_they_tell_a_caller_and_that_they_looked_is_written_down(desk: Desk) -> None:
    ann, bob = desk.create("anngause"), desk.create("bobgause")
    session, link = desk.sign_in(ann), desk.mail_link(ann)
    desk.sign_in(bob)
    desk.says("accounts", "disable", "bobgause")

    first = desk.says("accounts", "show", " AnnGause ")
    again = desk.says("accounts", "show", "anngause@example.com")

    for words in ("Ann Gause", "anngause@example.com", "active, without a password yet", "Open sessions:  1\n"):
        assert words in first
    assert "Reset links:    1, until " in first
    assert "Last sign-in:   never" not in first
    assert "nothing yet" in first
    assert f"Account viewed, by {operator.act().actor}" in again
    assert desk.written_down()[-1] == (Event.ACCOUNT_SHOWN, ann.id, "")
    for secret in (session, link, "Account disabled", "bobgause"):
        assert secret not in first + again


def test_staff_see_the_ten_latest_steps_and_no_older_one(desk: Desk) -> None:
    ann = desk.create("anngause")
    for number in range(1, 13):
        with desk.database.writing() as session:
            for _ in range(number):
                audit.record(session, Event.SIGN_IN_REFUSED, at=now(), account_id=ann.id, detail=f"step {number}")

    shown = desk.says("accounts", "show", "anngause")

    steps = [line.partition(": ")[2] for line in shown.splitlines() if "(step" in line]
    assert steps == [f"Failed sign-in (step {number}), {number} times" for number in range(12, 2, -1)]


def test_the_row_names_the_user_of_the_system_whatever_the_environment_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.create("anngause")
    monkeypatch.setenv("LOGNAME", "somebody else")
    assert getpass.getuser() == "somebody else"

    desk.says("accounts", "show", "anngause")

    (row,) = rows(desk.database, AuditEvent)
    assert row.actor == operator.act().actor
    assert "somebody" not in row.actor


def test_who_calls_is_sent_a_link_to_the_own_mailbox_and_staff_see_neither(desk: Desk, inbox: MoodyInbox) -> None:
    ann = desk.create("anngause")
    desk.create("bobgause")

    said = desk.says("support", "send-link", "anngause")
    (queued,) = rows(desk.database, OutgoingMail)
    assert said == sending_to("an****se@example.com", queued)
    assert queued.identifier == provided(IdentifierHash)("anngause@example.com")
    sent = desk.says("mail", "work", "--once")

    (mail,) = inbox.mails
    assert mail.recipients == ("anngause@example.com",)
    assert mail.link
    assert mail.token not in sent + everything_stored(desk.database)
    assert [row.account_id for row in rows(desk.database, ResetLink)] == [ann.id]
    assert (Event.LINK_ASKED, ann.id, "support") in desk.written_down()


def test_mails_come_back_to_the_address_for_bounces_which_no_reader_sees(
    desk: Desk, inbox: MoodyInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, MAIL_FROM="cers@example.com", MAIL_BOUNCE="cers-bounces@example.com")
    desk.create("anngause")
    desk.says("support", "send-link", "anngause")
    desk.says("mail", "work", "--once")

    (mail,) = inbox.mails
    assert mail.sender == "cers-bounces@example.com"
    assert "<cers@example.com>" in mail.mail["From"]
    assert "bounces" not in mail.raw.decode()


def test_who_calls_is_sent_the_username_and_no_link(desk: Desk, inbox: MoodyInbox) -> None:
    ann = desk.create("anngause")

    said = desk.says("support", "send-username", "anngause@example.com")
    desk.says("mail", "work", "--once")

    (queued,) = rows(desk.database, OutgoingMail)
    assert said == sending_to("an****se@example.com", queued)
    (mail,) = inbox.mails
    assert mail.recipients == ("anngause@example.com",)
    assert "anngause" in mail.text
    assert "/r/" not in mail.text
    assert rows(desk.database, ResetLink) == []
    assert (Event.REMINDER_ASKED, ann.id, "support") in desk.written_down()


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (("support", "send-link", "anngause"), Event.LINK_ASKED),
        (("support", "explain", "anngause"), Event.ACCOUNT_SHOWN),
        (("accounts", "show", "anngause"), Event.ACCOUNT_SHOWN),
        (("accounts", "disable", "anngause"), Event.ACCOUNT_DISABLED),
        (("accounts", "end-sessions", "anngause"), Event.SESSIONS_ENDED),
        (("accounts", "set-email", "anngause", "ann@example.org"), Event.EMAIL_CHANGED),
    ],
)
def test_the_reason_is_kept_with_the_act(desk: Desk, command: tuple[str, ...], event: Event) -> None:
    desk.create("anngause")

    desk.says(*command, "--reason", "  ticket 4711, on the phone ")

    (detail,) = [detail for what, _, detail in desk.written_down() if what == event]
    assert detail.endswith("reason: ticket 4711, on the phone")


@pytest.mark.parametrize("reason", ["two\nlines", "x" * 101, "a bell \x07"])
def test_a_reason_that_is_not_one_short_line_stops_the_act(desk: Desk, reason: str) -> None:
    desk.create("anngause")

    refused = desk.types("accounts", "disable", "anngause", "--reason", reason)

    assert refused.exit_code == 2
    assert "Give the reason in one line of at most 100 characters." in refused.output
    assert rows(desk.database, AuditEvent) == []


def test_the_actor_is_who_logged_in_and_without_a_login_who_runs_the_command(tmp_path: Path) -> None:
    login = tmp_path / "loginuid"
    login.write_text("1")
    assert operator.login_user(login) == 1 != os.getuid()
    assert operator.user_name(1) == "daemon"

    for nobodys in (str(2**32 - 1), "", "not a number"):
        login.write_text(nobodys)
        assert operator.login_user(login) == os.getuid()
    assert operator.login_user(tmp_path / "missing") == os.getuid()


@pytest.mark.parametrize(
    ("state", "words"), [(AccountState.NOT_ACTIVATED, "not activated"), (AccountState.DISABLED, "disabled")]
)
def test_whose_account_is_not_active_is_told_whom_to_contact_and_gets_no_link(
    desk: Desk, inbox: MoodyInbox, state: AccountState, words: str
) -> None:
    desk.create("anngause", state=state)

    said = desk.says("support", "send-link", "anngause")
    desk.says("mail", "work", "--once")

    assert f"The account is {words}. The email says so and names a contact." in said
    (mail,) = inbox.mails
    assert "cers@calepa.ca.gov" in mail.text
    assert "/r/" not in mail.text
    assert rows(desk.database, ResetLink) == []


@pytest.mark.parametrize("kind", ["send-link", "send-username"])
def test_for_a_name_that_is_nobodys_nothing_is_queued(desk: Desk, kind: str) -> None:
    desk.create("anngause")

    refused = desk.refuses("support", kind, "nobody@example.com")

    assert refused == "No account has the username or email address nobody@example.com."
    assert rows(desk.database, OutgoingMail) == []
    assert rows(desk.database, AuditEvent) == []


def sending_to(masked: str, queued: OutgoingMail) -> str:
    """What staff read when they have sent a mail."""
    return f"An email will be sent to {masked}. Its reference is {spelled(queued.reference)}.\n"


def fail(desk: Desk, inbox: MoodyInbox, name: str, kind: str) -> str:
    """A mail that the server refuses for good; its id."""
    before = {row.id for row in rows(desk.database, OutgoingMail)}
    desk.says("support", kind, name)
    inbox.answers = ["550 5.1.1 no such mailbox"]
    desk.says("mail", "work", "--once")
    (failed,) = [row.id for row in rows(desk.database, OutgoingMail) if row.id not in before]
    return failed


def test_a_mail_that_failed_is_listed_and_goes_out_when_it_is_tried_again(desk: Desk, inbox: MoodyInbox) -> None:
    ann = desk.create("anngause")
    assert desk.says("mail", "failed") == "No mail has failed.\n"
    failed = fail(desk, inbox, "anngause", "send-link")

    which, why = desk.says("mail", "failed").splitlines()
    assert which.startswith(f"{failed}  reset link, ")
    assert which.endswith(", tried 1 time")
    assert why == ("    anngause, an****se@example.com: that mailbox does not exist (message refused 550 5.1.1)")
    assert desk.written_down()[-1] == (Event.ACCOUNT_SHOWN, None, "failed mails")

    assert desk.says("mail", "retry", failed) == "1 mail will be tried again.\n"
    assert desk.says("mail", "failed") == "No mail has failed.\n"
    desk.says("mail", "work", "--once")
    assert [mail.recipients for mail in inbox.mails] == [("anngause@example.com",)]
    assert (Event.MAIL_RETRIED, ann.id, MailKind.RESET_LINK) in desk.written_down()


def test_a_failed_mail_is_told_in_short_lines_that_show_no_whole_address(desk: Desk, inbox: MoodyInbox) -> None:
    long = f"{'a' * 64}@{'department.' * 6}example.com"
    desk.create(long, long)
    fail(desk, inbox, long, "send-username")
    with desk.database.writing() as session:
        world = provided(World)
        kind, typed = MailKind.RESET_LINK, "nobody@example.com"
        outbox.enqueue(session, world, kind, None, Origin.by_support(world), address=typed, identifier="a hash")
    inbox.answers = ["452 4.2.2 full"]
    desk.says("mail", "work", "--once")
    with desk.database.writing() as session:
        (waiting,) = [row for row in session.exec(select(OutgoingMail)) if not row.account_id]
        waiting.state = MailState.FAILED

    said = desk.says("mail", "failed")
    assert "    no account, no**dy@example.com: that mailbox is full (message refused 452 4.2.2)\n" in said
    assert mask(long) in said
    assert long not in said
    assert typed not in said
    assert [line for line in said.splitlines() if len(line) > 100 and "department" not in line] == []


def test_of_ids_one_of_which_is_unknown_none_is_tried_again(desk: Desk, inbox: MoodyInbox) -> None:
    desk.create("anngause")
    failed = fail(desk, inbox, "anngause", "send-link")
    before = everything_stored(desk.database)

    assert "No failed mail has the id nothing." in desk.refuses("mail", "retry", failed, "nothing")
    assert "No failed mail has the id ." in desk.refuses("mail", "retry", failed, "")
    assert desk.types("mail", "retry").exit_code == 2
    assert desk.types("mail", "retry", failed, "--all").exit_code == 2
    assert everything_stored(desk.database) == before


def test_all_mails_that_failed_are_tried_again_and_no_other(desk: Desk, inbox: MoodyInbox) -> None:
    desk.create("anngause")
    desk.create("bobgause")
    for name in ("anngause", "bobgause"):
        fail(desk, inbox, name, "send-username")
    desk.says("support", "send-username", "anngause")
    desk.says("mail", "work", "--once")
    assert len(inbox.mails) == 1

    assert desk.says("mail", "retry", "--all") == "2 mails will be tried again.\n"
    assert desk.says("mail", "retry", "--all") == "0 mails will be tried again.\n"
    desk.says("mail", "work", "--once")
    assert len(inbox.mails) == 3


def test_explaining_says_it_plainly_and_shows_no_address_link_or_secret(desk: Desk, inbox: MoodyInbox) -> None:
    ann = desk.create("anngause")
    session, link = desk.sign_in(ann), desk.mail_link(ann)
    reference = desk.says("support", "send-username", "anngause", "--reason", "a call").split()[-1].rstrip(".")
    inbox.answers = ["550 5.1.1 <anngause@example.com> no such user"] * 2
    desk.says("mail", "work", "--once")

    by_name, by_reference = (
        desk.says("support", "explain", "AnnGause"),
        desk.says("support", "explain", reference.lower()),
    )

    first, _, rest = by_reference.partition("\n")
    assert first.startswith("Technical Support sent the username at ")
    assert first.endswith("The email was refused: that mailbox does not exist (550 5.1.1).")
    assert by_name.partition("\n")[0] == first
    for line in (
        "Account:     anngause, an****se@example.com, active",
        f"Reference:   {reference}",
        "Username requested (support; reason: a call), by cli:",
        f"Email failed (username_reminder: message refused 550 5.1.1), by worker, reference {reference}",
        "Account viewed (explained), by cli:",
        "A reference proves nothing about the caller. Send a username or a link only to the address on file.",
    ):
        assert line in rest, rest
    for secret in (session, link, "anngause@", ANN.ip):
        assert secret not in by_reference + by_name
    assert desk.written_down()[-1] == (Event.ACCOUNT_SHOWN, ann.id, "explained")


def test_explaining_a_name_that_is_nobodys_asks_for_the_likely_spelling_and_is_written_down(desk: Desk) -> None:
    said = desk.says("support", "explain", "ann@gmial.com")

    assert "No account has this name. Did the caller mean gmail.com?\n" in said
    assert "Account:     none\nTimeline:\n  nothing yet\n" in said
    (row,) = rows(desk.database, AuditEvent)
    assert (row.account_id, row.identifier) == (None, provided(IdentifierHash)("ann@gmial.com"))


def test_explaining_what_is_neither_a_reference_nor_a_name(desk: Desk) -> None:
    assert desk.refuses("support", "explain", "K7QD-M4XW") == "No request has this reference."
    assert "neither a reference, a username nor an email address" in desk.refuses("support", "explain", "two words")
    assert rows(desk.database, AuditEvent) == []


def test_the_answer_of_the_mail_server_is_kept_without_an_address(desk: Desk, inbox: MoodyInbox) -> None:
    desk.create("anngause")
    inbox.accepted = "250 2.0.0 <anngause@example.com> queued as 4F3B2A"
    desk.says("support", "send-username", "anngause")
    desk.says("mail", "work", "--once")

    assert "Email sent (username_reminder: 250 2.0.0 queued as 4F3B2A), by worker" in desk.says(
        "support", "explain", "anngause"
    )
    assert "anngause@" not in desk.says("support", "explain", "anngause")
