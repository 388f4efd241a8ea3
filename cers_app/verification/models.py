"""The table of challenges, and what the pictures show."""

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel

DIGITS = "0123456789"
LENGTH = 6
TOLD_LATE = timedelta(minutes=10)
"""How long a challenge stays after its end. Until then, the page says that an answer is late, not that it is wrong."""


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
