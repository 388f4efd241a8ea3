"""Verification characters: issued for one page and one browser, answered once, right or wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete
from sqlmodel import Field, SQLModel, col, select

from cers_app.database import Database
from cers_app.digests import KeyedHash

ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
"""No two of these are taken for one another."""
LENGTH = 6
MOST_FOR_ONE = 20
"""Live challenges of one browser: so many tabs may wait; the oldest goes first."""


class Purpose(StrEnum):
    """Which page a challenge belongs to."""

    RECOVER_USERNAME = "recover-username"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the name of a page


class Challenge(SQLModel, table=True):
    """A challenge not answered yet. The answer stands nowhere but, as a keyed hash, here."""

    __tablename__ = "challenge"

    id: str = Field(primary_key=True, max_length=32)
    answer: str = Field(max_length=64)
    picture: bytes
    purpose: str = Field(max_length=20)
    owner: str = Field(max_length=64, index=True)
    expires_at: datetime = Field(index=True)


class Answer(StrEnum):
    """What came of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ChallengeParts:
    """What challenges are made of, passed in."""

    characters: Callable[[], str]
    draw: Callable[[str], bytes]
    new_id: Callable[[], str]
    clock: Callable[[], datetime]


class Challenges:
    """Issues challenges and checks each answer once."""

    def __init__(self, database: Database, keyed: KeyedHash, life: timedelta, parts: ChallengeParts) -> None:
        """`life` is the time in which a challenge may be answered."""
        self._database, self._keyed, self._life, self._parts = database, keyed, life, parts

    def issue(self, purpose: Purpose, owner: str, replaced: str = "") -> str:
        """A new challenge's public id; the challenge it replaces dies with it."""
        characters, identity, now = self._parts.characters(), self._parts.new_id(), self._parts.clock()
        picture = self._parts.draw(characters)
        with self._database.writing() as session:
            session.connection().execute(delete(Challenge).where(col(Challenge.expires_at) < now))
            session.connection().execute(
                delete(Challenge).where(col(Challenge.id) == replaced, col(Challenge.owner) == owner)
            )
            newest = (
                select(Challenge.id)
                .where(Challenge.owner == owner)
                .order_by(col(Challenge.expires_at).desc())
                .limit(MOST_FOR_ONE - 1)
            )
            session.connection().execute(
                delete(Challenge).where(col(Challenge.owner) == owner, col(Challenge.id).not_in(newest))
            )
            session.add(
                Challenge(
                    id=identity,
                    answer=self._hash(identity, characters),
                    picture=picture,
                    purpose=purpose,
                    owner=owner,
                    expires_at=now + self._life,
                )
            )
        return identity

    def keep_or_issue(self, purpose: Purpose, owner: str, current: str) -> str:
        """The current challenge while half its life is left, else a new one: a reload shows the same picture."""
        with self._database.reading() as session:
            found = session.get(Challenge, current) if current else None
        is_ours = found is not None and found.owner == owner and found.purpose == purpose
        if found and is_ours and found.expires_at - self._parts.clock() > self._life / 2:
            return current
        return self.issue(purpose, owner, current)

    def picture(self, identity: str, owner: str) -> bytes | None:
        """The picture of a live challenge, for its owner alone."""
        with self._database.reading() as session:
            found = session.get(Challenge, identity)
            is_owners = found is not None and owner and found.owner == owner
            return found.picture if found and is_owners and found.expires_at > self._parts.clock() else None

    def check(self, identity: str, answer: str, purpose: Purpose, owner: str) -> Answer:
        """Check an answer and burn the challenge. Another page's or browser's challenge is `WRONG` and stays."""
        with self._database.writing() as session:
            its = {"its_id": identity, "its_owner": owner, "its_purpose": str(purpose)}
            burnt = session.connection().execute(_BURN, its).one_or_none()
        if burnt is None or not owner:
            return Answer.WRONG
        if burnt.expires_at <= self._parts.clock():
            return Answer.EXPIRED
        return Answer.RIGHT if burnt.answer == self._hash(identity, tidy(answer)) else Answer.WRONG

    def _hash(self, identity: str, characters: str) -> str:
        return self._keyed("challenge", f"{identity}\0{tidy(characters)}")


_BURN = (
    delete(Challenge)
    .where(
        col(Challenge.id) == bindparam("its_id"),
        col(Challenge.owner) == bindparam("its_owner"),
        col(Challenge.purpose) == bindparam("its_purpose"),
    )
    .returning(col(Challenge.answer), col(Challenge.expires_at))
)
"""Put together once: it runs at every request."""


def tidy(answer: str) -> str:
    """An answer without what does not matter: case, spaces and hyphens."""
    return answer.replace(" ", "").replace("-", "").upper()
