"""What the worker sends, to whom, and what it leaves in the tables."""

from datetime import timedelta
from pathlib import Path

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.development.mailbox import read_all
from cers_app.mail.mailer import MailboxFolder
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.digests import sha256
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import everything_stored, hashed, rows
from tests.support.smtp import MoodyInbox


def test_a_person_gets_one_mail_in_text_and_html_with_a_link_that_works(
    database: Database, resets: ResetStore, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    resets.ask("anngause", ANN)
    assert post.worker(smtp).work() == 1
    (mail,) = inbox.mails

    assert (mail.sender, mail.recipients) == ("cers@example.com", ("anngause@example.com",))
    assert (
        "A password reset request for the CERS Account with username anngause was made on May 9, 2017. To continue"
        " resetting your password, select the link below (or copy and paste the link into your web browser)."
    ) in mail.text
    assert "This is an automated email sent from the CERS System. Please DO NOT REPLY" in mail.text
    assert mail.link in mail.html
    (link,) = rows(database, ResetLink)
    assert link.digest == sha256(mail.token)
    assert link.account_id == ann.id
    assert link.expires_at - link.created_at == timedelta(minutes=60)
    assert mail.token not in everything_stored(database)
    assert resets.consume(sha256(mail.token), "new hash", ANN)


def test_a_notice_follows_a_change_and_holds_no_link(
    database: Database, resets: ResetStore, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    worker = post.worker(smtp)
    resets.ask("anngause", ANN)
    worker.work()
    assert resets.consume(rows(database, ResetLink)[0].digest, "new hash", ANN)
    worker.work()

    notice = inbox.mails[1]
    assert notice.recipients == (ann.email,)
    assert notice.text.startswith("Ann Gause,")
    assert "/r/" not in notice.text + notice.html
    assert "new hash" not in notice.raw.decode()
    assert worker.work() == 0


def test_nothing_is_sent_for_nobody_and_the_row_is_worked_all_the_same(
    database: Database,
    resets: ResetStore,
    ann: Account,
    post: Post,
    inbox: MoodyInbox,
    smtp: SmtpMailer,
    clock: Clock,
) -> None:
    resets.ask("sleeping", ANN)
    resets.ask("anngause", ANN)
    assert post.worker(smtp).work() == 2

    assert [mail.recipients for mail in inbox.mails] == [(ann.email,)]
    assert {(mail.state, mail.sent_at, mail.attempts) for mail in rows(database, OutgoingMail)} == {
        ("sent", clock(), 1)
    }
    assert len(rows(database, ResetLink)) == 1
    sent = [row for row in rows(database, AuditEvent) if row.event == "mail_sent"]
    assert {(row.account_id is None, row.identifier) for row in sent} == {(True, hashed("sleeping")), (False, "")}


def test_who_was_disabled_after_asking_is_sent_no_link_that_opens_nothing(
    resets: ResetStore, people: People, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    people.create("bobbuilder")
    resets.ask("anngause", ANN)
    resets.ask("bobbuilder", ANN)
    people.set_state(ann, AccountState.DISABLED)
    post.worker(smtp).work()

    assert ["/r/" in mail.text for mail in inbox.to("bobbuilder@example.com")] == [True]
    assert [mail for mail in inbox.to("anngause@example.com") if "/r/" in mail.text] == []


def test_mail_goes_to_the_stored_address_as_it_was_typed_there(
    resets: ResetStore, people: People, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    people.create("bobbuilder", "bob@example.com")
    for key in ("bobbuilder", "b\u00f6b@example.com", "bob@example", "bob@example.com,eve@example.com"):
        resets.ask(key, ANN)
    post.worker(smtp).work()

    assert [mail.recipients for mail in inbox.mails] == [("bob@example.com",)]


def test_without_a_mail_server_mail_lies_in_the_mailbox_folder(
    resets: ResetStore, ann: Account, post: Post, tmp_path: Path
) -> None:
    resets.ask("anngause", ANN)
    resets.ask("nobodyatall", ANN)
    post.worker(MailboxFolder(tmp_path / "mailbox")).work()
    (shown,) = read_all(tmp_path / "mailbox")

    assert (shown.to, shown.subject) == (ann.email, "CERS Account Password Reset")
    assert "/r/" in shown.text
    assert "/r/" in shown.html
    assert (tmp_path / "mailbox").stat().st_mode & 0o077 == 0


def test_one_mail_that_cannot_be_written_holds_up_no_other(
    database: Database,
    resets: ResetStore,
    ann: Account,
    people: People,
    post: Post,
    inbox: MoodyInbox,
    smtp: SmtpMailer,
) -> None:
    people.create("bobbuilder")
    resets.ask("anngause", ANN)
    resets.ask("bobbuilder", ANN)
    with database.writing() as session:
        session.get_one(Account, ann.id).email = "ann@example.com\r\nBcc: eve@example.com"
    post.worker(smtp).work()

    assert [mail.recipients for mail in inbox.mails] == [("bobbuilder@example.com",)]
    assert sorted((mail.state, mail.why) for mail in rows(database, OutgoingMail)) == [
        ("sent", ""),
        ("waiting", "could not be written: ValueError"),
    ]
