"""The doctor finds what keeps a mail server from taking mail."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import finding, given, wrong
from tests.support.ports import free_port
from tests.support.smtp import CERTIFICATE, MoodyInbox


@pytest.fixture(autouse=True)
def _port(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """All else is well."""
    given(monkeypatch, PORT=str(free_port()))
    assert wrong(desk) == {}


def test_a_mail_server_that_is_not_there_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = str(free_port())
    given(monkeypatch, SMTP_PORT=silent)

    assert finding(desk, "mail") == (
        f"127.0.0.1:{silent} does not accept mail. Nothing answers there. Check CERS_SMTP_HOST and CERS_SMTP_PORT."
    )


def test_a_mail_server_whose_name_nobody_knows_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SMTP_HOST="mail.invalid", SMTP_SECURITY="starttls")

    assert "The name is unknown" in finding(desk, "mail")


def test_starttls_where_there_is_none_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, inbox: MoodyInbox) -> None:
    given(monkeypatch, SMTP_SECURITY="starttls")

    assert "has no STARTTLS on this port. Set CERS_SMTP_PORT to a port with STARTTLS" in finding(desk, "mail")
    assert inbox.offered == []


def test_tls_where_the_port_begins_without_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SMTP_SECURITY="tls")

    assert "The server does not begin with TLS on this port. Set CERS_SMTP_SECURITY=starttls." in finding(desk, "mail")


def test_a_certificate_nobody_vouches_for_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with MoodyInbox.listening(protected=True) as protected:
        given(monkeypatch, SMTP_SECURITY="starttls", SMTP_PORT=str(protected.port))
        advice = finding(desk, "mail")
        assert "The certificate is not trusted (self-signed certificate). Set SSL_CERT_FILE" in advice

        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert wrong(desk) == {}
        assert protected.offered == []


@contextmanager
def mail_server(hostname: str = "127.0.0.1", **options: Any) -> Iterator[int]:
    """A mail server of another kind; its port."""
    controller = Controller(MoodyInbox(free_port()), hostname=hostname, port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def test_a_certificate_for_another_name_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with mail_server("127.0.0.2", tls_context=context) as other:
        given(monkeypatch, SMTP_SECURITY="starttls", SMTP_HOST="127.0.0.2", SMTP_PORT=str(other))
        told = "The certificate is not for 127.0.0.2. Set CERS_SMTP_HOST to the name in the certificate."
        assert told in finding(desk, "mail")


def test_a_server_that_takes_no_login_and_one_that_refuses_it_are_told_apart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, SMTP_USERNAME="portal", SMTP_PASSWORD="hunter2")
    assert "The server accepts no login. Remove CERS_SMTP_USERNAME." in finding(desk, "mail")

    refused = AuthResult(success=False, handled=False)
    with mail_server(authenticator=lambda *_: refused, auth_require_tls=False) as other:
        given(monkeypatch, SMTP_PORT=str(other))
        advice = finding(desk, "mail")
    assert "The server refused the login (535). Check CERS_SMTP_USERNAME and CERS_SMTP_PASSWORD." in advice
    assert "hunter2" not in advice


def test_a_server_that_gives_no_greeting_may_speak_tls_from_the_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(socketserver.BaseRequestHandler):
        """Hangs up."""

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        given(monkeypatch, SMTP_SECURITY="starttls", SMTP_PORT=str(server.server_address[1]))
        advice = finding(desk, "mail")
        server.shutdown()
        thread.join()
    assert "Set CERS_SMTP_SECURITY=tls." in advice
