"""A mail, and what a mailer promises."""

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
"""Characters; with the standard 78 the long sender name would fold to an empty first line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready but for the sender."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    """Stable for every try at the same mail, so that a mailbox sees one mail."""
    language: str
    at: datetime
    is_for_nobody: bool = False
    """Written like any other, then dropped: an unknown username is as much work as a known one."""


class MailNotSent(Exception):  # noqa: N818 - named as the fact it is
    """The mail was not accepted. `is_final` says whether trying again is pointless."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        """`why` is kept with the mail: a code and a class name, never an address or a body."""
        super().__init__(why)
        self.why, self.is_final = why, is_final


class Delivery(Protocol):
    """An open connection to wherever mail goes."""

    def send(self, mail: EmailMessage) -> None:
        """Hand over one mail; returns only when it was accepted, else raises `MailNotSent`."""


class Mailer(Protocol):
    """Opens one connection for a batch of mails."""

    def connect(self) -> AbstractContextManager[Delivery]:
        """Open; raises `MailNotSent` when that fails."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who every mail comes from, and where an answer to it goes."""

    address: str
    reply_to: str


def compose(message: Message, sender: Sender) -> EmailMessage:
    """Build the mail: plain text first, then HTML, and the headers of an automatic mail (RFC 3834)."""
    if not (message.subject + message.message_id + message.language).isprintable():
        # The standard library lets one at the end through (CVE-2024-6923).
        msg = "a control character in a header"
        raise ValueError(msg)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=LINE))
    mail["Subject"] = message.subject
    mail["From"] = Address(SENDER_NAME, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=message.to)
    mail["Reply-To"] = Address(addr_spec=sender.reply_to)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    # Last: setting the content drops every Content- header.
    mail["Content-Language"] = message.language
    return mail


class MailboxFolder:
    """Keeps mails as files instead of sending them: the development mailbox."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first mail comes."""
        self._folder = folder

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        """Nothing to open."""
        yield self

    def send(self, mail: EmailMessage) -> None:
        """Write one `.eml` file, named by its Message-ID, so that a second try overwrites the first."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        (self._folder / f"{name}.eml").write_bytes(mail.as_bytes())
