"""What is true for a person, staff and operators after a mail came back."""

from datetime import timedelta

import pytest

from cers_app.accounts.models import ResetLink
from cers_app.mail.delivery_report import Ignored
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.provided import provided
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.values.events import Event
from tests.integration.commands.bouncing import Sent, id_of, ignored, piped
from tests.integration.commands.conftest import Desk
from tests.support.doubles import ANN
from tests.support.looking import everything_stored, rows
from tests.support.reports import report
from tests.support.smtp import MoodyInbox


def test_staff_and_operators_read_why_a_mail_came_back(desk: Desk, sent: Sent) -> None:
    mail_id = sent()
    piped(report(mail_id=mail_id, Status="5.2.2"))

    said = desk.says("support", "explain", "anngause").partition("\n")[0]
    assert "The mail server took the email at " in said
    assert said.endswith(", but the email came back later: that mailbox is full (5.2.2).")
    assert "    anngause, an****se@example.com: that mailbox is full (bounced 5.2.2)\n" in desk.says("mail", "failed")


def test_a_link_that_was_used_stays_used(desk: Desk, sent: Sent) -> None:
    mail_id = sent()
    (link,) = rows(desk.database, ResetLink)
    assert provided(ResetStore).consume(link.digest, "a hash", ANN)

    assert "link" not in piped(report(mail_id=mail_id)).output
    (link,) = rows(desk.database, ResetLink)
    assert link.used_at is not None
    assert link.cancelled_at is None


def test_a_mail_to_an_address_without_an_account_comes_back_as_any_other(desk: Desk, sent: Sent) -> None:
    mail_id = sent("nobody@example.com")
    assert ignored(report(mail_id=mail_id)) == Ignored.OTHER_ADDRESS

    words = piped(report(mail_id=mail_id, Final_Recipient="rfc822;Nobody@example.com"))
    assert words.output == f"The mail {mail_id} came back: that mailbox does not exist (5.1.1).\n"
    (mail,) = rows(desk.database, OutgoingMail)
    assert (mail.state, mail.why, mail.address) == (MailState.FAILED, "bounced 5.1.1", "")
    assert rows(desk.database, AuditEvent)[-1].identifier == mail.identifier
    assert "    no account: that mailbox does not exist (bounced 5.1.1)\n" in desk.says("mail", "failed")


def a_minute_passes(desk: Desk, mail_id: str) -> None:
    """The desk has the real clock, so the mail gets older instead."""
    with desk.database.writing() as session:
        session.get_one(OutgoingMail, mail_id).created_at -= timedelta(minutes=1)


@pytest.mark.parametrize("name", ["anngause@example.com", "nobody@example.com"])
def test_whose_mail_came_back_may_ask_again_with_an_account_and_without(desk: Desk, sent: Sent, name: str) -> None:
    def answers() -> list[str]:
        provided(ResetStore).ask(name, ANN)
        return [row.detail for row in rows(desk.database, AuditEvent) if row.event == Event.LINK_ASKED]

    mail_id = sent(name)
    assert answers() == ["queued", "merged"]

    piped(report(mail_id=mail_id, Final_Recipient=f"rfc822;{name}"))
    assert answers() == ["queued", "merged", "merged"], "not within the gap between two mails"
    a_minute_passes(desk, mail_id)
    assert answers() == ["queued", "merged", "merged", "queued"]


def test_mails_that_came_back_do_not_count_toward_the_three(desk: Desk, sent: Sent) -> None:
    for _ in range(4):
        mail_id = sent()
        piped(report(mail_id=mail_id))
        a_minute_passes(desk, mail_id)

    asked = [row.detail for row in rows(desk.database, AuditEvent) if row.event == Event.LINK_ASKED]
    assert asked == ["queued"] * 4


def test_a_mailbox_without_an_account_gets_no_second_mail_that_day_even_if_the_first_came_back(
    desk: Desk, sent: Sent, inbox: MoodyInbox
) -> None:
    mail_id = sent("nobody@example.com")
    assert "came back" in piped(report(mail_id=mail_id, Final_Recipient="rfc822;nobody@example.com")).output

    a_minute_passes(desk, mail_id)
    sent("nobody@example.com")
    assert len(rows(desk.database, OutgoingMail)) == 2
    assert len(inbox.mails) == 1


def test_a_mail_that_came_back_is_not_sent_a_second_time(desk: Desk, sent: Sent, inbox: MoodyInbox) -> None:
    mail_id = sent()
    piped(report(mail_id=mail_id))
    before = everything_stored(desk.database)

    assert desk.refuses("mail", "retry", mail_id) == (
        f"{mail_id} came back. Send a new email instead (see: support send-username, support send-link)."
        " Nothing was changed."
    )
    assert desk.says("mail", "retry", "--all") == "0 mails will be tried again.\n"
    assert everything_stored(desk.database) == before
    desk.says("support", "send-link", "anngause")
    desk.says("mail", "work", "--once")
    assert id_of(inbox.mails[-1]) != mail_id
