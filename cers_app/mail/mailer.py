"""The interface that every mailer has, and the development mailbox."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol


class MailNotSent(Exception):  # noqa: N818 - named as the fact it is
    """The mail was not accepted. `is_final` means that another try is pointless.

    `is_alarming` means that the reason may keep all other mails back as well. The server refuses the portal, or cannot
    be reached.
    """

    def __init__(self, why: str, *, is_final: bool, is_alarming: bool = False) -> None:
        """The queue keeps `why` with the mail: a code and a class name, never an address or a body."""
        super().__init__(why)
        self.why, self.is_final, self.is_alarming = why, is_final, is_alarming


class Delivery(Protocol):
    """An open connection to the mail server, or to the development mailbox."""

    def send(self, mail: EmailMessage) -> str:
        """Hand over one mail. Returns what the server said, such as `250 2.0.0 Ok: queued as 4F3B`.

        Raises `MailNotSent` unless the other side accepts the mail.
        """


class Mailer(Protocol):
    """Opens one connection for a batch of mails."""

    def connect(self) -> AbstractContextManager[Delivery]:
        """Open the connection. Raises `MailNotSent` if that fails."""


class MailboxFolder:
    """The development mailbox, which keeps mails as files instead of sending them."""

    def __init__(self, folder: Path) -> None:
        """The first mail creates `folder`."""
        self._folder = folder

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        """Return the mailbox itself, because a folder needs no connection."""
        yield self

    def send(self, mail: EmailMessage) -> str:
        """Write one `.eml` file named after the Message-ID, so a second try overwrites the first."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        (self._folder / f"{name}.eml").write_bytes(mail.as_bytes())
        return ""
