"""What people get who asked and have no account to use; and the username, to the letter."""

from datetime import timedelta

import pytest

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, MailState, Origin, OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.mail_request.store import RequestStore
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from cers_app.values.reference import spelled
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, Clock, world_at
from tests.support.looking import rows
from tests.support.smtp import MoodyInbox

REMINDER = """Ann Gause,

On May 9, 2017 you requested a reminder email for your CERS Account username. Your username is: anngause@example.com

CERS Sign-In: http://localhost:3000/sign-in/

If you also forgot your password, reset it: http://localhost:3000/reset-password/

If you did not ask for this, you can ignore this email. Your username and your password stay the same.

Requested on May 9, 2017 at 12:00 PM PDT from an unknown browser.
Reference: {reference}. CERS Technical Support may ask you for it.

This is an automated email sent from the CERS System. Please DO NOT REPLY
----
California Environmental Reporting System http://cers.calepa.ca.gov/ Contact: CERS Technical Assistance (support@example.com)
"""  # noqa: E501 - the mail's own lines


def test_the_username_comes_in_the_words_of_the_help_page(
    reminders: RequestStore, people: People, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    people.create("anngause@example.com", "anngause@example.com")
    reference = spelled(reminders.ask("anngause@example.com", ANN))
    post.worker(smtp).work()
    (mail,) = inbox.mails

    assert mail.text.rstrip() == REMINDER.format(reference=reference).rstrip()
    assert mail.mail["Subject"] == "CERS Account Username Reminder"
    assert ">anngause@example.com</p>" in mail.html
    assert "/r/" not in mail.text + mail.html


@pytest.mark.parametrize("journey", ["reminders", "resets"])
@pytest.mark.parametrize(
    ("state", "subject", "sentence"),
    [
        (AccountState.NOT_ACTIVATED, "CERS Account Not Active", "is not active yet"),
        (AccountState.DISABLED, "CERS Account Disabled", "is disabled"),
    ],
)
def test_who_has_an_account_that_cannot_be_used_is_told_whom_to_ask(
    request: pytest.FixtureRequest,
    database: Database,
    people: People,
    post: Post,
    inbox: MoodyInbox,
    smtp: SmtpMailer,
    journey: str,
    state: AccountState,
    subject: str,
    sentence: str,
) -> None:
    store: RequestStore = request.getfixturevalue(journey)
    people.create("sleeping", state=state)
    store.ask("sleeping@example.com", ANN)
    post.worker(smtp).work()
    (mail,) = inbox.mails

    assert (mail.recipients, mail.mail["Subject"]) == (("sleeping@example.com",), subject)
    assert f"The CERS Account with username sleeping {sentence}" in mail.text
    assert "contact your facility's local regulator" in mail.text
    assert "/r/" not in mail.text + mail.html
    assert rows(database, ResetLink) == []


def test_an_address_without_an_account_is_told_so_once_a_day(
    reminders: RequestStore,
    resets: ResetStore,
    post: Post,
    inbox: MoodyInbox,
    smtp: SmtpMailer,
    clock: Clock,
    database: Database,
) -> None:
    worker = post.worker(smtp)
    for store in (resets, reminders):
        store.ask("stranger@example.com", ANN)
    worker.work()
    clock.advance(hours=23, minutes=59)
    resets.ask("stranger@example.com", ANN)
    resets.ask("somebody.else@example.com", ANN)
    worker.work()

    first, other = inbox.mails
    assert first.recipients == ("stranger@example.com",)
    assert "There is no CERS Account with this email address." in first.text
    assert "/r/" not in first.text
    assert other.recipients == ("somebody.else@example.com",)
    assert {mail.address for mail in rows(database, OutgoingMail)} == {""}

    clock.advance(minutes=1)
    resets.ask("stranger@example.com", ANN)
    worker.work()
    assert len(inbox.to("stranger@example.com")) == 2


def test_a_notice_that_failed_is_no_notice(
    resets: ResetStore, post: Post, inbox: MoodyInbox, smtp: SmtpMailer, database: Database, clock: Clock
) -> None:
    worker = post.worker(smtp)
    inbox.answers = ["550 no such mailbox"]
    resets.ask("stranger@example.com", ANN)
    worker.work()
    assert [mail.state for mail in rows(database, OutgoingMail)] == [MailState.FAILED]

    clock.advance(minutes=2)
    resets.ask("stranger@example.com", ANN)
    worker.work()
    assert len(inbox.mails) == 1


def test_the_former_address_learns_that_it_was_changed(
    database: Database, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer, clock: Clock
) -> None:
    with database.writing() as session:
        session.get_one(Account, ann.id).email = "ann.gause@example.com"
        outbox.enqueue(
            session, world_at(clock), MailKind.EMAIL_CHANGED, ann.id, Origin(""), address="anngause@example.com"
        )
    post.worker(smtp).work()
    (mail,) = inbox.mails

    assert mail.recipients == ("anngause@example.com",)
    assert "was changed to an*****se@example.com on May 9, 2017" in mail.text
    assert "CERS Technical Support made this change on May 9, 2017" in mail.text
    assert "ann.gause@example.com" not in mail.text


def test_a_mail_given_up_is_tried_anew_on_request_for_as_long_as_a_new_one(
    database: Database, resets: ResetStore, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer, clock: Clock
) -> None:
    worker = post.worker(smtp)
    inbox.answers = ["550 no such mailbox", "451 later"]
    resets.ask("anngause", ANN)
    worker.work()
    clock.advance(days=2)
    with database.writing() as session:
        (mail,) = outbox.failed(session)
        outbox.retry(mail, clock())
    worker.work()
    assert [row.state for row in rows(database, OutgoingMail)] == [MailState.WAITING], "one 451 is no end"

    clock.advance(minutes=1)
    worker.work()
    assert [mail.recipients for mail in inbox.mails] == [(ann.email,)]
    assert [row.expires_at - row.created_at for row in rows(database, ResetLink)] == [timedelta(hours=1)] * 3


def test_a_dead_link_asks_for_one_fresh_one_to_its_own_mailbox(
    database: Database, resets: ResetStore, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer, clock: Clock
) -> None:
    worker = post.worker(smtp)
    resets.ask("anngause", ANN)
    worker.work()
    digest = rows(database, ResetLink)[0].digest
    clock.advance(hours=2)

    assert resets.renew(digest, ANN)
    assert not resets.renew(digest, ANN)
    assert not resets.renew("0" * 64, ANN)
    worker.work()

    assert [mail.recipients for mail in inbox.mails] == [(ann.email,)] * 2
    owner = resets.owner(digest)
    assert owner is not None
    assert owner.renewed_at == clock()


def test_a_link_of_an_account_that_was_disabled_sets_no_password(
    database: Database, resets: ResetStore, people: People, ann: Account, post: Post, smtp: SmtpMailer
) -> None:
    resets.ask("anngause", ANN)
    post.worker(smtp).work()
    digest, before = rows(database, ResetLink)[0].digest, people.hash_of(ann)
    people.set_state(ann, AccountState.DISABLED)

    assert not resets.consume(digest, "new hash", ANN)
    assert people.hash_of(ann) == before

    people.set_state(ann, AccountState.ACTIVE)
    assert resets.consume(digest, "new hash", ANN)
