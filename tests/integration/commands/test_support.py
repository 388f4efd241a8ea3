"""What support staff see, and what they send to those who call."""

import getpass

import pytest

from cers_app.accounts.models import AccountState, ResetLink
from cers_app.commands import operator
from cers_app.composition.world import now
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.provided import provided
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from tests.integration.commands.conftest import Desk
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
    assert steps == [f"Sign-in refused (step {number}), {number} times" for number in range(12, 2, -1)]


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

    assert desk.says("support", "send-link", "anngause") == "An email will be sent to an****se@example.com.\n"
    (queued,) = rows(desk.database, OutgoingMail)
    assert queued.identifier == provided(IdentifierHash)("anngause@example.com")
    sent = desk.says("mail", "work", "--once")

    (mail,) = inbox.mails
    assert mail.recipients == ("anngause@example.com",)
    assert mail.link
    assert mail.token not in sent + everything_stored(desk.database)
    assert [row.account_id for row in rows(desk.database, ResetLink)] == [ann.id]
    assert (Event.LINK_ASKED, ann.id, "support") in desk.written_down()


def test_who_calls_is_sent_the_username_and_no_link(desk: Desk, inbox: MoodyInbox) -> None:
    ann = desk.create("anngause")

    said = desk.says("support", "send-username", "anngause@example.com")
    desk.says("mail", "work", "--once")

    assert said == "An email will be sent to an****se@example.com.\n"
    (mail,) = inbox.mails
    assert mail.recipients == ("anngause@example.com",)
    assert "anngause" in mail.text
    assert "/r/" not in mail.text
    assert rows(desk.database, ResetLink) == []
    assert (Event.REMINDER_ASKED, ann.id, "support") in desk.written_down()


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


def fail(desk: Desk, inbox: MoodyInbox, name: str, kind: str) -> str:
    """A mail that the server refuses for good; its id."""
    before = {row.id for row in rows(desk.database, OutgoingMail)}
    desk.says("support", kind, name)
    inbox.answers = ["550 no such mailbox"]
    desk.says("mail", "work", "--once")
    (failed,) = [row.id for row in rows(desk.database, OutgoingMail) if row.id not in before]
    return failed


def test_a_mail_that_failed_is_listed_and_goes_out_when_it_is_tried_again(desk: Desk, inbox: MoodyInbox) -> None:
    ann = desk.create("anngause")
    assert desk.says("mail", "failed") == "No mail has failed.\n"
    failed = fail(desk, inbox, "anngause", "send-link")

    header, line = desk.says("mail", "failed").splitlines()
    assert header.split() == ["id", "kind", "since", "attempts", "why"]
    assert line.startswith(f"{failed}  reset link  ")
    assert "550" in line
    assert "anngause" not in line

    assert desk.says("mail", "retry", failed) == "1 mail will be tried again.\n"
    assert desk.says("mail", "failed") == "No mail has failed.\n"
    desk.says("mail", "work", "--once")
    assert [mail.recipients for mail in inbox.mails] == [("anngause@example.com",)]
    assert (Event.MAIL_RETRIED, ann.id, MailKind.RESET_LINK) in desk.written_down()


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
