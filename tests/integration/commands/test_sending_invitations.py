"""Invitations leave behind the mails of people who ask for one."""

from datetime import timedelta

import pytest
from sqlmodel import select

from cers_app.accounts.models import AccountState
from cers_app.composition.world import now
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.worker import Worker
from cers_app.provided import provided
from cers_app.reset_password.store import ResetStore
from tests.integration.commands.conftest import Desk, forget
from tests.integration.commands.test_inviting import change, newcomers
from tests.support.doubles import ANN
from tests.support.looking import plans_of, rows
from tests.support.smtp import MoodyInbox


def make_due(desk: Desk) -> None:
    with desk.database.writing() as session:
        for mail in session.exec(select(OutgoingMail)):
            mail.due_at = now() - timedelta(seconds=1)


def test_the_mail_leads_to_the_first_page_and_holds_no_link_that_opens_anything(desk: Desk, inbox: MoodyInbox) -> None:
    newcomers(desk, 1)
    desk.says("accounts", "invite")
    make_due(desk)
    desk.says("mail", "work", "--once")

    (mail,) = inbox.mails
    assert mail.recipients == ("person0@example.com",)
    for part in (mail.text, mail.html):
        assert "http://localhost:3000/forgot/" in part
        assert "/r/" not in part
        assert "made this change" not in part
        assert "contact CERS Technical Support" not in part
    assert desk.says("mail", "work", "--once") == ""
    assert len(inbox.mails) == 1


def test_whoever_asks_for_a_mail_comes_before_the_invited(desk: Desk, inbox: MoodyInbox) -> None:
    newcomers(desk, 8)
    desk.says("accounts", "invite")
    make_due(desk)
    change(desk, desk.create("bobgause"), password_hash="a hash")
    desk.says("support", "send-link", "bobgause")
    worker = provided(Worker)

    assert [worker.work() for _ in range(4)] == [1, 5, 3, 0]
    assert inbox.mails[0].recipients == ("bobgause@example.com",)
    assert len(inbox.mails) == 9


def test_the_invited_leave_half_of_the_ceiling_to_everybody_else(
    desk: Desk, inbox: MoodyInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERS_LIMIT_MAIL_CEILING_PER_MINUTE", "4")
    forget()
    newcomers(desk, 6)
    desk.says("accounts", "invite")
    make_due(desk)
    worker = provided(Worker)
    assert [worker.work(), worker.work()] == [2, 0]

    for name in ("bobgause", "evegause", "joegause"):
        desk.create(name)
        desk.says("support", "send-link", name)

    assert [worker.work(), worker.work()] == [2, 0]
    assert [mail.recipients[0] for mail in inbox.mails[2:]] == ["bobgause@example.com", "evegause@example.com"]


def test_the_worker_looks_for_mails_that_people_wait_for_without_reading_the_invitations(desk: Desk) -> None:
    newcomers(desk, 8)
    desk.says("accounts", "invite")
    make_due(desk)
    plans = plans_of(desk.database, "SELECT outgoing_mail.id")
    with desk.database.writing() as session:
        found = outbox.due(session, now(), most=30, invitations=5)

    assert [mail.kind for mail in found] == [MailKind.INVITATION] * 5
    assert plans() == [
        "SEARCH outgoing_mail USING INDEX ix_outgoing_mail_asked_state_due_at (state=? AND due_at<?)",
        "SEARCH outgoing_mail USING INDEX ix_outgoing_mail_state_due_at (state=? AND due_at<?)",
    ]


@pytest.mark.parametrize("columns", [{"password_hash": "a hash"}, {"state": AccountState.DISABLED}])
def test_whoever_has_a_password_by_then_or_no_account_any_more_gets_no_mail(
    desk: Desk, inbox: MoodyInbox, columns: dict[str, object]
) -> None:
    other, _ = newcomers(desk, 2)
    desk.says("accounts", "invite")
    make_due(desk)
    change(desk, other, **columns)

    provided(Worker).work()

    assert [mail.recipients for mail in inbox.mails] == [("person1@example.com",)]
    assert provided(Worker).work() == 0


def test_an_invitation_counts_for_no_limit_of_the_person_who_then_asks(desk: Desk) -> None:
    newcomers(desk, 1)
    desk.says("accounts", "invite")

    asked = [provided(ResetStore).ask("person0", ANN) for _ in range(2)]

    assert all(asked)
    kinds = [mail.kind for mail in rows(desk.database, OutgoingMail)]
    assert sorted(kinds) == [MailKind.INVITATION, MailKind.RESET_LINK], "the first is queued, and the second merged"
