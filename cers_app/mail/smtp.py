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
from ipaddress import ip_address
from typing import Any

import yagmail

from cers_app.mail.mailer import Delivery, MailNotSent
from cers_app.mail.refusals import PERMANENT, Step, accepted, is_final, told

TIMEOUT_SECONDS = 15
"""For the connection and the login."""
ANSWER_SECONDS = 40
"""For each later step. Exchange takes up to 30 seconds to accept a mail, and would get it twice."""
IPV6 = 6
PASSES = 4
"""The first digit of a reply that may change by itself (RFC 5321 4.2.1). A server of another kind sends no number."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the mail server is, and how to connect to it."""

    host: str
    port: int
    security: str
    """`starttls`, `tls` or `plain`."""
    sender: str
    """The envelope sender (MAIL FROM). SPF is checked for its domain, and bounced mails return to it."""
    username: str = ""
    password: str = ""
    ehlo_host: str = ""
    """What the portal calls itself (EHLO). The library's own guess is `[127.0.0.1]` on many machines."""


class SmtpMailer:
    """Opens one yagmail connection per batch, checks certificates, and limits the time of every step."""

    def __init__(self, server: SmtpServer) -> None:
        """Remember the server without connecting yet."""
        self._server = server

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        """Connect, secure the connection and log in. Raises `MailNotSent` if that fails."""
        with _told_as_mail_not_sent():
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
        # To read the authorities takes longer than to write a mail.
        context = None if server.security == "plain" else ssl.create_default_context()
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
            local_hostname=_as_domain(server.ehlo_host) or None,
            **options[server.security],
        )
        self.set_logging(None)
        self._answer = (0, b"")

    def _login(self, password: object) -> None:
        super()._login(password)
        hand_over = self.smtp.data

        def hear(mail: bytes) -> tuple[int, bytes]:
            # The library keeps the answer to itself, but the mail team finds a mail by its queue id.
            self._answer = hand_over(mail)
            return self._answer

        self.smtp.data = hear
        if self._server.username:
            username, password = _Utf8(self._server.username), _Utf8(self._server.password)
            self.smtp.auth_plain = lambda _challenge=None: _Utf8(f"\0{username}\0{password}")
            self.smtp.login(username, password)

    def send(self, mail: EmailMessage) -> str:
        with _told_as_mail_not_sent():
            if self.smtp.sock is None:  # the server hung up, and the mails behind the last one wait
                self.login()
            self.smtp.sock.settimeout(ANSWER_SECONDS)
            refused = self.smtp.send_message(mail, from_addr=self._server.sender)
        if refused:
            raise MailNotSent("refused in part", is_final=True)
        return accepted(*self._answer)


class _Utf8(str):
    """A login or password. The library encodes it as ASCII; RFC 4616 says UTF-8."""

    __slots__ = ()

    def encode(self, *_as_the_library_asks: str) -> bytes:
        return str(self).encode("utf-8")

    def __add__(self, other: str) -> "_Utf8":
        return _Utf8(str(self) + other)


def _as_domain(host: str) -> str:
    """A host for EHLO. An IP address needs brackets (RFC 5321 4.1.3)."""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    return f"[{'IPv6:' if found.version == IPV6 else ''}{found}]"


@contextmanager
def _told_as_mail_not_sent() -> Iterator[None]:
    """Any error of the library means that the mail was not sent. `refusals` knows what it may mean."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as broken:
        (code, words), *_ = broken.recipients.values()
        raise _not_sent("recipient refused", Step.RECIPIENT, code, words) from None
    except smtplib.SMTPSenderRefused as broken:
        raise _not_sent("sender refused", Step.SENDER, broken.smtp_code, _in_bytes(broken.smtp_error)) from None
    except smtplib.SMTPDataError as broken:
        raise _not_sent("message refused", Step.MESSAGE, broken.smtp_code, _in_bytes(broken.smtp_error)) from None
    except smtplib.SMTPAuthenticationError as broken:
        why = f"login refused {told(broken.smtp_code, _in_bytes(broken.smtp_error))}"
        raise MailNotSent(why, is_final=False, is_alarming=True) from None
    except smtplib.SMTPResponseException as broken:
        why = f"{type(broken).__name__} {told(broken.smtp_code, _in_bytes(broken.smtp_error))}"
        raise MailNotSent(why, is_final=False, is_alarming=broken.smtp_code // 100 != PASSES) from None
    except Exception as broken:  # noqa: BLE001 - the library raises many kinds, and none may end the worker
        raise MailNotSent(type(broken).__name__, is_final=False, is_alarming=True) from None


def _not_sent(what: str, step: Step, code: int, words: bytes) -> MailNotSent:
    final = is_final(step, code, words)
    return MailNotSent(f"{what} {told(code, words)}", is_final=final, is_alarming=code >= PERMANENT and not final)


def _in_bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
