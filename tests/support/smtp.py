"""A real SMTP server on loopback that refuses, breaks and protects as a test asks."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.inbox import Inbox
from tests.support.ports import free_port

CERTIFICATE = Path(__file__).parent / "selfsigned.pem"
ACCEPT = "250 OK"


@dataclass
class MoodyInbox(Inbox):
    """Gives the answers in turn to what it is handed; when there are none left it accepts."""

    answers: list[str] = field(default_factory=list)
    accepted: str = ""
    """What it says when it accepts, if not the usual."""
    offered: list[bytes] = field(default_factory=list)
    """Every mail that was handed over, accepted or not."""

    @classmethod
    @contextmanager
    def listening(cls, *, protected: bool = False) -> Iterator[Self]:
        """Receive mail on a free port until the block ends; `protected` takes no mail before STARTTLS."""
        inbox = cls(free_port())
        options: dict[str, Any] = {}
        if protected:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            options = {"tls_context": context, "require_starttls": True}
        controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
        controller.start()
        try:
            yield inbox
        finally:
            controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Keep what was offered, and answer as asked."""
        self.offered.append(envelope.content if isinstance(envelope.content, bytes) else b"")
        answer = self.answers.pop(0) if self.answers else ACCEPT
        if answer != ACCEPT:
            return answer
        usual = await super().handle_DATA(server, session, envelope)
        return self.accepted or usual
