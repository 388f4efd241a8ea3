"""The rule for people who did not change their password."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cers_app.values.visitor import Visitor

LIFE = timedelta(days=7)
"""How long the link in the mail works."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The new password is void, and a fresh link is on its way to the account's mailbox."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """The link was used or has expired, or its owner has reset the password since. Nothing happened."""


Outcome = Stopped | TooLate


class Tables(Protocol):
    """What the rule needs from the tables."""

    def stop(self, digest: str, visitor: Visitor) -> bool:
        """Void the password that the link is about: all of it or nothing, and only once. Returns whether it was."""


class NotMe:
    """Undoes a password change that the owner did not make. The link opens nothing."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def stop(self, digest: str, visitor: Visitor) -> Outcome:
        """Void the new password. `digest` is of the token in the mail."""
        return Stopped() if self._tables.stop(digest, visitor) else TooLate()
