"""A mail, and the interface that every mailer has."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

SENDER_NAME = "CERS Automated Messaging - DO NOT REPLY"
LINE = 120
"""Characters. At the standard 78, the long sender name would fold and leave the first line empty."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready except for the sender and the date."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    """The same for every try at one mail, so a mailbox shows one mail."""
    language: str
    template: str = ""
    """The letter, for the queue and the audit. The worker drops a mail for `nobody` after writing it."""


class MailNotSent(Exception):  # noqa: N818 - named as the fact it is
    """The mail was not accepted. `is_final` means that another try is pointless."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        """The queue keeps `why` with the mail: a code and a class name, never an address or a body."""
        super().__init__(why)
        self.why, self.is_final = why, is_final


class Delivery(Protocol):
    """An open connection to the mail server, or to the development mailbox."""

    def send(self, mail: EmailMessage) -> None:
        """Hand over one mail. Raises `MailNotSent` unless the other side accepts the mail."""


class Mailer(Protocol):
    """Opens one connection for a batch of mails."""

    def connect(self) -> AbstractContextManager[Delivery]:
        """Open the connection. Raises `MailNotSent` if that fails."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of every mail, and the address that replies go to."""

    address: str
    reply_to: str


def compose(message: Message, sender: Sender, at: datetime) -> EmailMessage:
    """Build the mail: plain text first, then HTML, and the headers of an automatic mail (RFC 3834)."""
    if not (message.subject + message.message_id + message.language).isprintable():
        # The standard library lets a control character at the end through (CVE-2024-6923).
        msg = "a control character in a header"
        raise ValueError(msg)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=LINE))
    mail["Subject"] = message.subject
    mail["From"] = Address(SENDER_NAME, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=message.to)
    mail["Reply-To"] = Address(addr_spec=sender.reply_to)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    # This header comes last, because setting the content drops every Content- header.
    mail["Content-Language"] = message.language
    return mail


class MailboxFolder:
    """The development mailbox, which keeps mails as files instead of sending them."""

    def __init__(self, folder: Path) -> None:
        """The first mail creates `folder`."""
        self._folder = folder

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        """Return the mailbox itself, because a folder needs no connection."""
        yield self

    def send(self, mail: EmailMessage) -> None:
        """Write one `.eml` file named after the Message-ID, so a second try overwrites the first."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        (self._folder / f"{name}.eml").write_bytes(mail.as_bytes())
