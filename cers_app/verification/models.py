"""What a challenge is, what may answer it, and what may come of an answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlmodel import Field, SQLModel

ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
"""No two of these are taken for one another."""
DIGITS = "0123456789"
LENGTH = 6


class Purpose(StrEnum):
    """Which page a challenge belongs to."""

    RECOVER_USERNAME = "recover-username"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the name of a page


class Challenge(SQLModel, table=True):
    """A challenge not answered yet. The answer stands nowhere but, as a keyed hash, here."""

    __tablename__ = "challenge"

    id: str = Field(primary_key=True, max_length=32)
    answer: str = Field(max_length=64)
    spoken: str = Field(default="", max_length=64)
    """Keyed hash of the digits that were spoken last; empty until somebody listens."""
    is_open: bool = False
    """Shown by a page that does not know its id: one without scripts, or whose scripts have not begun."""
    taken_at: datetime | None = None
    """When a tab took an open one over, and learned its id."""
    picture: bytes
    purpose: str = Field(max_length=20)
    owner: str = Field(max_length=64, index=True)
    expires_at: datetime = Field(index=True)


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent to answer a challenge: characters or digits, or a proof."""

    characters: str = ""
    proof: str = ""


class AnsweredForm(Protocol):
    """A form that answers a challenge, among other things."""

    @property
    def challenge(self) -> str:
        """The id of the challenge."""

    @property
    def characters(self) -> str:
        """Characters or digits."""

    @property
    def proof(self) -> str:
        """What was computed instead."""


class Answer(StrEnum):
    """What came of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
