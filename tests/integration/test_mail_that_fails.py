"""Mail servers that refuse, break or are not who they say they are."""

import time
from datetime import timedelta
from email import message_from_bytes

import pytest

from cers_app.accounts.models import Account, ResetLink
from cers_app.mail import outbox
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from tests.integration.conftest import Post
from tests.support.doubles import ANN, Clock
from tests.support.inbox import LINK
from tests.support.looking import everything_stored, rows
from tests.support.ports import free_port
from tests.support.scripted_smtp import SILENCE, ScriptedSmtp
from tests.support.smtp import CERTIFICATE, MoodyInbox


@pytest.fixture(autouse=True)
def _asked(resets: ResetStore, ann: Account) -> None:
    """Ann has asked for a link."""
    assert ann.username == "anngause"
    resets.ask("anngause", ANN)


def the_mail(database: Database) -> OutgoingMail:
    (mail,) = rows(database, OutgoingMail)
    return mail


def events(database: Database) -> list[str]:
    return [row.event for row in rows(database, AuditEvent)]


def server(port: int, security: str = "plain") -> SmtpMailer:
    return SmtpMailer(SmtpServer("localhost", port, security, "cers@example.com"))


@pytest.mark.parametrize("answer", ["451 try later", "452 full", "421 closing"])
def test_a_mail_put_off_is_sent_later_under_the_same_message_id_with_another_link(
    database: Database, post: Post, clock: Clock, inbox: MoodyInbox, smtp: SmtpMailer, answer: str
) -> None:
    worker, inbox.answers = post.worker(smtp), [answer]
    worker.work()
    assert (the_mail(database).state, inbox.mails) == ("waiting", [])
    assert worker.work() == 0, "not at once"

    clock.advance(seconds=10)
    assert worker.work() == 1
    first, second = (message_from_bytes(raw) for raw in inbox.offered)
    assert first["Message-ID"] == second["Message-ID"]
    assert len({link.digest for link in rows(database, ResetLink)}) == 2
    assert len(inbox.mails) == 1
    assert (the_mail(database).state, the_mail(database).why, the_mail(database).attempts) == ("sent", "", 2)
    assert events(database) == ["link_asked", "mail_sent"]


@pytest.mark.parametrize("answer", ["550 no such mailbox", "554 refused as spam"])
def test_a_mail_refused_for_good_is_not_tried_again_and_is_written_down(
    database: Database, post: Post, clock: Clock, inbox: MoodyInbox, smtp: SmtpMailer, answer: str
) -> None:
    worker, inbox.answers = post.worker(smtp), [answer]
    worker.work()
    clock.advance(hours=1)

    assert worker.work() == 0
    assert (the_mail(database).state, len(inbox.offered), inbox.mails) == ("failed", 1, [])
    assert events(database) == ["link_asked", "mail_failed"]
    assert answer[:3] in the_mail(database).why
    assert "anngause" not in the_mail(database).why


def test_who_asks_again_after_a_failure_is_sent_a_mail(
    resets: ResetStore, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    worker, inbox.answers = post.worker(smtp), ["550 no such mailbox"]
    worker.work()
    resets.ask("anngause", ANN)
    worker.work()

    assert [mail.recipients for mail in inbox.mails] == [("anngause@example.com",)]


def test_a_server_that_is_not_there_is_tried_again_until_it_is(
    database: Database, post: Post, clock: Clock, inbox: MoodyInbox
) -> None:
    post.worker(server(free_port())).work()
    assert (the_mail(database).state, the_mail(database).why) == ("waiting", "ConnectionRefusedError")
    assert rows(database, ResetLink) == [], "no link was minted for it"

    clock.advance(seconds=10)
    post.worker(server(inbox.port)).work()
    assert the_mail(database).state == "sent"
    assert len(inbox.mails) == 1


def test_the_gaps_grow_and_after_an_hour_the_mail_is_given_up(database: Database, post: Post, clock: Clock) -> None:
    worker, gaps, began = post.worker(server(free_port())), [], clock()
    while the_mail(database).state == "waiting":
        assert worker.work() == 1
        gaps.append((the_mail(database).due_at - clock()).total_seconds())
        clock.now = the_mail(database).due_at

    assert gaps[:7] == [10, 20, 40, 80, 160, 320, 600]
    assert max(gaps) == 600
    assert clock() - began <= timedelta(hours=1, minutes=10)
    assert events(database) == ["link_asked", "mail_failed"]
    assert worker.work() == 0


def test_chance_makes_a_gap_up_to_a_quarter_longer(database: Database, post: Post, clock: Clock) -> None:
    post.worker(server(free_port())).work()
    mail = the_mail(database)

    for chance, seconds in ((0.0, 20), (0.5, 22.5), (1.0, 25)):
        with database.writing() as session:
            row = session.get_one(OutgoingMail, mail.id)
            row.attempts = 2
            outbox.mark_not_sent(session, row, clock(), "busy", is_final=False, chance=chance)
            assert (row.due_at - clock()).total_seconds() == seconds


def test_a_server_with_a_self_signed_certificate_gets_no_mail_and_that_is_recorded(
    database: Database, post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MoodyInbox.listening(protected=True) as protected:
        post.worker(server(protected.port, "starttls")).work()
        assert (the_mail(database).state, the_mail(database).why) == ("waiting", "SSLCertVerificationError")
        assert protected.offered == []

        clock.advance(seconds=10)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        post.worker(server(protected.port, "starttls")).work()
        assert the_mail(database).state == "sent"
        assert len(protected.mails) == 1


def test_thirty_seconds_of_silence_cost_fifteen_and_the_mail_is_sent_later(
    database: Database, post: Post, clock: Clock
) -> None:
    with ScriptedSmtp.listening(DATA=[SILENCE]) as silent:
        began = time.monotonic()
        post.worker(server(silent.port)).work()
        took = time.monotonic() - began
        assert 14 < took < 60, "it waits its own fifteen seconds, not for the server"
        assert (the_mail(database).state, the_mail(database).why) == ("waiting", "SMTPServerDisconnected")
        assert silent.accepted == []

        clock.advance(seconds=10)
        post.worker(server(silent.port)).work()
        assert the_mail(database).state == "sent"
        assert len(silent.accepted) == 1


def test_a_server_without_starttls_gets_no_mail_when_it_is_asked_for(
    database: Database, post: Post, inbox: MoodyInbox
) -> None:
    post.worker(server(inbox.port, "starttls")).work()

    assert (the_mail(database).state, the_mail(database).why) == ("waiting", "SMTPNotSupportedError")
    assert inbox.offered == []


@pytest.mark.parametrize("port_is", ["open", "closed"])
def test_whatever_happens_no_token_stands_in_a_table_or_in_the_log(
    database: Database,
    post: Post,
    inbox: MoodyInbox,
    caplog: pytest.LogCaptureFixture,
    port_is: str,
) -> None:
    caplog.set_level("DEBUG")
    inbox.answers = ["451 anngause@example.com has a mailbox that is full"]
    post.worker(server(inbox.port if port_is == "open" else free_port())).work()
    seen = everything_stored(database) + "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("cers")
    )

    assert the_mail(database).id in seen
    assert "was not sent" in seen
    for raw in inbox.offered:
        found = LINK.search(raw.decode().replace("=\r\n", "").replace("=\n", "").replace("\r\n", "\n"))
        assert found is not None
        assert found.group(2) not in seen
    assert "has a mailbox" not in seen
