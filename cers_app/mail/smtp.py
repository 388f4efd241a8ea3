"""Sends mails over SMTP. Only this module knows yagmail, which opens the connection and does TLS.

yagmail's own `send` hides failures, attaches files named in a body and repeats Message-IDs. So `letters.py` builds the
mail, and this module hands the mail to the connection directly.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import yagmail

from cers_app.mail.mailer import Delivery, MailNotSent

TIMEOUT_SECONDS = 15
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the mail server is, and how to connect to it."""

    host: str
    port: int
    security: str
    """`starttls`, `tls` or `plain`."""
    sender: str
    """The envelope sender, which is also the address in From (aligned for DMARC)."""
    username: str = ""
    password: str = ""


class SmtpMailer:
    """Opens one yagmail connection per batch, checks certificates, and limits the time of every step."""

    def __init__(self, server: SmtpServer) -> None:
        """Remember the server without connecting yet."""
        self._server = server

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        """Connect, secure the connection and log in. Raises `MailNotSent` if that fails."""
        client = _Client(self._server)
        try:
            with _told_as_mail_not_sent():
                client.login()
            yield client
        finally:
            # A broken connection cannot close politely, and the outcome of each mail is already known.
            with suppress(smtplib.SMTPException, OSError, AttributeError):
                client.close()


class _Client(yagmail.Client):
    """yagmail's connection, with a login name that may differ from the sender, and with our own `send`."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        context = ssl.create_default_context()
        options: dict[str, dict[str, Any]] = {
            "starttls": {"smtp_ssl": False, "smtp_starttls": {"context": context}},
            "tls": {"smtp_ssl": True, "context": context},
            "plain": {"smtp_ssl": False, "smtp_starttls": False},
        }
        super().__init__(
            user=server.sender,
            host=server.host,
            port=server.port,
            smtp_skip_login=True,
            timeout=TIMEOUT_SECONDS,
            **options[server.security],
        )
        self.set_logging(None)

    def _login(self, password: object) -> None:
        super()._login(password)
        if self._server.username:
            self.smtp.login(self._server.username, self._server.password)

    def send(self, mail: EmailMessage) -> None:
        with _told_as_mail_not_sent():
            refused = self.smtp.send_message(mail, from_addr=self._server.sender)
        if refused:
            raise MailNotSent("refused in part", is_final=True)


@contextmanager
def _told_as_mail_not_sent() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as broken:
        codes = [code for code, _ in broken.recipients.values()]
        raise MailNotSent(f"recipient refused {codes}", is_final=min(codes, default=0) >= PERMANENT) from None
    except smtplib.SMTPAuthenticationError as broken:
        raise MailNotSent(f"login refused {broken.smtp_code}", is_final=False) from None
    except smtplib.SMTPResponseException as broken:
        why = f"{type(broken).__name__} {broken.smtp_code}"
        raise MailNotSent(why, is_final=broken.smtp_code >= PERMANENT) from None
    except (smtplib.SMTPException, OSError) as broken:
        raise MailNotSent(type(broken).__name__, is_final=False) from None
