"""Whatever a mail server does: what was accepted counts as sent, what was not is tried again or told to staff."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from cers_app.accounts.models import Account
from cers_app.mail import smtp
from cers_app.mail.mailer import MailNotSent
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from tests.integration.conftest import Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import rows
from tests.support.ports import free_port
from tests.support.scripted_smtp import HANG_UP, SILENCE, ScriptedSmtp

TEMPORARY = [
    ({"CONNECT": ["421 too busy"]}, "SMTPConnectError 421"),
    ({"CONNECT": [HANG_UP]}, "SMTPServerDisconnected"),
    ({"MAIL": ["421 closing"]}, "sender refused 421"),
    ({"MAIL": ["451 later"]}, "sender refused 451"),
    ({"MAIL": ["452 full"]}, "sender refused 452"),
    ({"RCPT": ["450 mailbox busy"]}, "recipient refused 450"),
    ({"RCPT": ["452 full"]}, "recipient refused 452"),
    ({"DATA": ["451 later"]}, "message refused 451"),
    ({"DATA": [HANG_UP]}, "SMTPServerDisconnected"),
    ({"END": [HANG_UP]}, "SMTPServerDisconnected"),
    ({"END": ["421 closing"]}, "message refused 421"),
    ({"END": ["452 full"]}, "message refused 452"),
    ({"MAIL": ["550 not from you"]}, "sender refused 550"),
    ({"RCPT": ["554 5.7.1 relay access denied"]}, "recipient refused 554 5.7.1"),
    ({"CONNECT": [SILENCE]}, "SMTPServerDisconnected"),
    ({"EHLO": [SILENCE]}, "SMTPServerDisconnected"),
    ({"END": [SILENCE]}, "SMTPServerDisconnected"),
]
FINAL = [
    ({"RCPT": ["550 no such user"]}, "recipient refused 550"),
    ({"RCPT": ["550 5.1.1 no such user"]}, "recipient refused 550 5.1.1"),
    ({"END": ["554 looks like spam"]}, "message refused 554"),
]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may be silent for half a second instead of fifteen."""
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.5)


@pytest.fixture(autouse=True)
def asked(resets: ResetStore, ann: Account) -> None:
    """Ann has asked for a link."""
    resets.ask(ann.username, ANN)


def mailer(port: int) -> SmtpMailer:
    return SmtpMailer(SmtpServer("127.0.0.1", port, "plain", "cers@example.com"))


def the_mail(database: Database) -> OutgoingMail:
    (mail,) = rows(database, OutgoingMail)
    return mail


def events(database: Database) -> list[str]:
    return [row.event for row in rows(database, AuditEvent)]


def steps(script: dict[str, list[str]]) -> str:
    """A name for a test."""
    return " ".join(f"{step} {answers[0]}" for step, answers in script.items())


@pytest.mark.parametrize(("script", "why"), TEMPORARY, ids=[steps(script) for script, _ in TEMPORARY])
def test_what_may_pass_is_tried_again_and_sent_once(
    database: Database, post: Post, clock: Clock, script: dict[str, list[str]], why: str
) -> None:
    with ScriptedSmtp.listening(**{step: [*answers] for step, answers in script.items()}) as server:
        worker = post.worker(mailer(server.port))
        worker.work()
        mail = the_mail(database)
        assert (mail.state, mail.why, mail.attempts) == ("waiting", why, 1)
        assert server.accepted == []
        assert mail.due_at - clock() == timedelta(seconds=10)
        assert events(database) == ["link_asked"]

        clock.advance(seconds=10)
        worker.work()
        mail = the_mail(database)
        assert (mail.state, mail.why, mail.attempts) == ("sent", "", 2)
        assert len(server.accepted) == 1
        assert events(database) == ["link_asked", "mail_sent"]


@pytest.mark.parametrize(("script", "why"), FINAL, ids=[steps(script) for script, _ in FINAL])
def test_what_is_final_is_given_up_at_once_and_written_down(
    database: Database, post: Post, clock: Clock, script: dict[str, list[str]], why: str
) -> None:
    with ScriptedSmtp.listening(**{step: [*answers] for step, answers in script.items()}) as server:
        worker = post.worker(mailer(server.port))
        worker.work()
        clock.advance(hours=2)
        assert worker.work() == 0
        assert server.accepted == []
        assert len([step for step in server.heard if step == "CONNECT"]) == 1

    mail = the_mail(database)
    assert (mail.state, mail.why) == ("failed", why)
    assert events(database) == ["link_asked", "mail_failed"]


def test_a_mail_that_only_some_of_its_recipients_were_granted_does_not_count_as_sent() -> None:
    """Our mails have one recipient; whoever writes one for two must not lose the second in silence."""
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "ann@example.com, bob@example.com", "for two"
    for answers, is_final in ((["250 fine", "550 no such user"], True), (["250 fine", "250 fine"], None)):
        with ScriptedSmtp.listening(RCPT=answers) as server, mailer(server.port).connect() as delivery:
            if is_final is None:
                delivery.send(mail)
            else:
                with pytest.raises(MailNotSent, match="refused in part") as told:
                    delivery.send(mail)
                assert told.value.is_final
            assert len(server.accepted) == 1
            assert server.heard.count("RCPT") == 2


def test_three_times_later_and_then_good_is_one_mail(database: Database, post: Post, clock: Clock) -> None:
    with ScriptedSmtp.listening(END=["451 later"] * 3) as server:
        worker = post.worker(mailer(server.port))
        for _ in range(4):
            worker.work()
            clock.now = max(clock(), the_mail(database).due_at)

        assert the_mail(database).state == "sent"
        assert len(server.accepted) == 1
        assert server.heard.count("END") == 4


def test_a_server_that_is_down_for_a_while_costs_no_mail(database: Database, post: Post, clock: Clock) -> None:
    port = free_port()
    worker = post.worker(mailer(port))
    for _ in range(3):
        worker.work()
        clock.now = the_mail(database).due_at
    assert (the_mail(database).state, the_mail(database).why) == ("waiting", "ConnectionRefusedError")

    with ScriptedSmtp.listening() as server:
        post.worker(mailer(server.port)).work()
        assert len(server.accepted) == 1
    assert the_mail(database).state == "sent"


def test_one_refused_mail_holds_up_no_other_of_its_batch(
    database: Database, post: Post, resets: ResetStore, clock: Clock
) -> None:
    for name in ("nobodyone", "nobodytwo"):
        resets.ask(name, ANN)
    clock.advance(minutes=2)
    resets.ask("anngause@example.com", ANN)
    with ScriptedSmtp.listening(RCPT=["550 no such user"]) as server:
        assert post.worker(mailer(server.port)).work() == 4
        assert len(server.accepted) == 1
        assert server.heard.count("CONNECT") == 1

    assert sorted(row.state for row in rows(database, OutgoingMail)) == ["failed", "sent", "sent", "sent"]
