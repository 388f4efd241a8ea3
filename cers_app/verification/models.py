"""A challenge, the ways to answer a challenge, and the outcomes of an answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlmodel import Field, SQLModel

ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
"""No two of these look alike."""
DIGITS = "0123456789"
LENGTH = 6


class Purpose(StrEnum):
    """Which page a challenge belongs to."""

    RECOVER_USERNAME = "recover-username"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the name of a page


class Challenge(SQLModel, table=True):
    """A challenge without an answer so far. Only this row holds the right answer, as a keyed hash."""

    __tablename__ = "challenge"

    id: str = Field(primary_key=True, max_length=32)
    answer: str = Field(max_length=64)
    spoken: str = Field(default="", max_length=64)
    """Keyed hash of the digits that were spoken last. Empty until a visitor listens."""
    is_open: bool = False
    """Whether the page that shows the challenge does not know its id: the page has no scripts, or none has run yet."""
    taken_at: datetime | None = None
    """When a tab took an open challenge over and learned its id."""
    picture: bytes
    purpose: str = Field(max_length=20)
    owner: str = Field(max_length=64, index=True)
    expires_at: datetime = Field(index=True)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the browser sent it: characters, digits, or a proof."""

    characters: str = ""
    proof: str = ""


class AnsweredForm(Protocol):
    """A form with an answer to a challenge among its fields."""

    @property
    def challenge(self) -> str:
        """The id of the challenge."""

    @property
    def characters(self) -> str:
        """The characters or digits that the visitor typed."""

    @property
    def proof(self) -> str:
        """The proof that the browser computed instead."""


class Answer(StrEnum):
    """The outcome of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
