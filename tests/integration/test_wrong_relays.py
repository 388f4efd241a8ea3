"""One wrong setting at the mail server must not throw mails away: they wait, one alarm rings, and then each is sent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import click
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from cers_app.commands import mail_server
from cers_app.mail import smtp
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.reset_password.store import ResetStore
from cers_app.settings import Mode, Settings
from cers_app.storage.database import Database
from tests.corpus.cases import cases
from tests.integration.conftest import Post
from tests.support.accounts import made
from tests.support.doubles import ANN, Clock
from tests.support.inbox import Inbox
from tests.support.looking import rows
from tests.support.ports import free_port
from tests.support.scripted_smtp import HANG_UP, ScriptedSmtp

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
SECRET = "geheüber Straße 17"
WRONG = {
    f"{case['step']} {case['says']}": case for case in cases("refusals") if case["right"] == "waits" and case["alarm"]
}
PEOPLE = ("anngause", "bobgause", "cygause1")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may be silent for half a second instead of fifteen."""
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.5)


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_minute_of_a_wrong_setting_loses_no_mail(
    database: Database,
    resets: ResetStore,
    post: Post,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    case: dict[str, str],
) -> None:
    caplog.set_level(logging.INFO, logger="cers_app.mail.worker")
    for name in PEOPLE:
        made(database, clock(), name)
        resets.ask(name, ANN)
    with ScriptedSmtp.listening(**{case["step"]: [case["says"]] * 1000}) as relay:
        worker = post.worker(SmtpMailer(SmtpServer("127.0.0.1", relay.port, "plain", "cers@example.com")))
        for _ in range(12):
            worker.work()
            clock.advance(seconds=5)
        assert relay.accepted == [], "control: the setting is wrong"
        assert {mail.state for mail in rows(database, OutgoingMail)} == {"waiting"}

        relay.script.clear()
        clock.advance(minutes=5)
        worker.work()

    assert {mail.state for mail in rows(database, OutgoingMail)} == {"sent"}
    assert len(relay.accepted) == len(PEOPLE)
    told = [record.getMessage() for record in caplog.records if record.levelno != logging.WARNING]
    assert len([line for line in told if line.startswith("mails cannot leave: ")]) == 1
    assert told[-1] == "mails leave again"


def test_a_refused_recipient_rings_no_alarm(
    database: Database, resets: ResetStore, post: Post, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    made(database, clock(), "anngause")
    resets.ask("anngause", ANN)
    with ScriptedSmtp.listening(RCPT=["550 5.1.1 no such user"]) as relay:
        post.worker(SmtpMailer(SmtpServer("127.0.0.1", relay.port, "plain", "cers@example.com"))).work()

    assert [mail.state for mail in rows(database, OutgoingMail)] == ["failed"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_relay_that_hangs_up_at_one_mail_gets_the_others_at_once_and_that_one_later(
    database: Database, resets: ResetStore, post: Post, clock: Clock
) -> None:
    for name in PEOPLE:
        made(database, clock(), name)
        resets.ask(name, ANN)
    with ScriptedSmtp.listening(MAIL=["250 fine", HANG_UP]) as relay:
        worker = post.worker(SmtpMailer(SmtpServer("127.0.0.1", relay.port, "plain", "cers@example.com")))
        worker.work()
        assert len(relay.accepted) == len(PEOPLE) - 1
        clock.advance(minutes=1)
        worker.work()

    assert {mail.state for mail in rows(database, OutgoingMail)} == {"sent"}
    assert len(relay.accepted) == len(PEOPLE)


def test_an_hour_of_changing_reasons_rings_once_and_of_temporary_ones_at_its_end(
    database: Database, resets: ResetStore, post: Post, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def alarms(*says: str) -> int:
        caplog.clear()
        resets.ask("anngause", ANN)
        with ScriptedSmtp.listening(RCPT=[*says] * 500) as relay:
            worker = post.worker(SmtpMailer(SmtpServer("127.0.0.1", relay.port, "plain", "cers@example.com")))
            for _ in range(70):
                worker.work()
                clock.advance(minutes=1)
        return len([record for record in caplog.records if record.levelno >= logging.ERROR])

    made(database, clock(), "anngause")

    assert alarms("554 Relay access denied", "550 IP address has no PTR record") == 1
    assert alarms("454 4.7.1 Relay access denied") == 1
    assert {mail.state for mail in rows(database, OutgoingMail)} == {"failed"}


def test_a_mail_that_no_worker_could_try_gets_its_whole_hour(
    database: Database, resets: ResetStore, post: Post, clock: Clock
) -> None:
    made(database, clock(), "anngause")
    resets.ask("anngause", ANN)
    clock.advance(hours=2)
    with ScriptedSmtp.listening(RCPT=["450 4.7.1 Greylisted"]) as relay:
        worker = post.worker(SmtpMailer(SmtpServer("127.0.0.1", relay.port, "plain", "cers@example.com")))
        worker.work()
        assert [mail.state for mail in rows(database, OutgoingMail)] == ["waiting"]
        clock.advance(minutes=1)
        worker.work()

    assert [mail.state for mail in rows(database, OutgoingMail)] == ["sent"]


@contextmanager
def guarded(*mechanisms: str) -> Iterator[tuple[Inbox, list[tuple[str, str]]]]:
    """A mail server that wants `SECRET`, and the logins it saw."""
    inbox, seen = Inbox(free_port()), list[tuple[str, str]]()

    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        seen.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=seen[-1] == ("jörg", SECRET), handled=False)

    others = {"PLAIN", "LOGIN"} - set(mechanisms)
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=inbox.port,
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
        auth_exclude_mechanism=others,
    )
    controller.start()
    try:
        yield inbox, seen
    finally:
        controller.stop()


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_login_outside_ascii_works(
    database: Database, resets: ResetStore, post: Post, clock: Clock, mechanism: str
) -> None:
    made(database, clock(), "anngause")
    resets.ask("anngause", ANN)
    with guarded(mechanism) as (inbox, seen):
        server = SmtpServer("127.0.0.1", inbox.port, "plain", "cers@example.com", "jörg", SECRET)
        post.worker(SmtpMailer(server)).work()

    assert seen == [("jörg", SECRET)]
    assert [mail.state for mail in rows(database, OutgoingMail)] == ["sent"]


def test_doctor_checks_a_login_outside_ascii() -> None:
    with guarded("PLAIN") as (inbox, _):
        facts = {"smtp_host": "127.0.0.1", "smtp_port": inbox.port, "smtp_security": "plain", "smtp_username": "jörg"}
        mail_server.check(Settings(mode=Mode.TEST, _env_file=None, smtp_password=SECRET, **facts))
        with pytest.raises(click.ClickException, match="refused the login"):
            mail_server.check(Settings(mode=Mode.TEST, _env_file=None, smtp_password="anything élse", **facts))


@pytest.mark.parametrize(
    ("public_url", "ehlo_host"),
    [
        ("http://localhost:3000", "localhost"),
        ("http://127.0.0.1:3000", "[127.0.0.1]"),
        ("http://[::1]:3000", "[IPv6:::1]"),
    ],
)
def test_the_portal_calls_itself_by_its_public_name(public_url: str, ehlo_host: str) -> None:
    config = Settings(mode=Mode.TEST, _env_file=None, public_url=public_url)
    heard: list[str] = []

    class Listening(Inbox):
        async def handle_EHLO(  # noqa: N802 - aiosmtpd
            self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
        ) -> list[str]:
            session.host_name = hostname
            heard.append(hostname)
            return responses

    inbox = Listening(free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        server = SmtpServer("127.0.0.1", inbox.port, "plain", "cers@example.com", ehlo_host=config.host)
        mail = EmailMessage()
        mail["To"] = "ann@example.com"
        with SmtpMailer(server).connect() as delivery:
            delivery.send(mail)
    finally:
        controller.stop()
    assert set(heard) == {ehlo_host}
