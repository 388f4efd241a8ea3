"""A real SMTP server on loopback that keeps what it receives."""

import asyncio
import email
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_SECONDS

LINK = re.compile(r"^(http\S+/r/([A-Za-z0-9_-]{43}))$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    mail: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        """The plain part."""
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.mail.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def link(self) -> str:
        """The link, alone on its line."""
        found = LINK.findall(self.text)
        assert len(found) == 1, self.text
        return str(found[0][0])

    @property
    def token(self) -> str:
        """The token in the link."""
        return self.link.rpartition("/")[2]


@dataclass
class Inbox:
    """Everything that was received, in order."""

    port: int
    mails: list[Received] = field(default_factory=list)
    seconds: float = 0
    """How long it takes to accept a mail."""
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        """Receive mail on a free port until the block ends."""
        inbox = cls(free_port())
        controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
        controller.start()
        try:
            yield inbox
        finally:
            controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Keep a mail and accept it."""
        await asyncio.sleep(self.seconds)
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = email.message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)
        with self._arrived:
            self.mails.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), mail, raw))
            self._arrived.notify_all()
        return "250 OK"

    def to(self, address: str) -> list[Received]:
        """What an address has received so far."""
        return [mail for mail in self.mails if address in mail.recipients]

    def wait(self, address: str, number: int = 1, subject: str = "") -> Received:
        """The `number`th mail to an address (with `subject` in its subject); fails when it does not come."""
        limit = time.monotonic() + PATIENCE_SECONDS
        with self._arrived:
            while True:
                found = [mail for mail in self.to(address) if subject in str(mail.mail["Subject"])]
                if len(found) >= number:
                    return found[number - 1]
                left = limit - time.monotonic()
                assert left > 0, f"no mail to {address} came: {[mail.recipients for mail in self.mails]}"
                self._arrived.wait(left)
