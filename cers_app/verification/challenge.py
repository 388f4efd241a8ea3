"""Verification: a challenge for one page and one browser, answered once, right or wrong, in one of three ways.

The characters of the picture, the digits that were spoken, or a proof of work: all are answers to the same challenge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from cers_app.database import Database
from cers_app.digests import KeyedHash
from cers_app.verification.models import Answer, Challenge, Given, Purpose

MOST_FOR_ONE = 20
"""Live challenges of one browser: so many tabs may wait; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class ChallengeParts:
    """What challenges are made of, passed in."""

    characters: Callable[[], str]
    draw: Callable[[str], bytes]
    digits: Callable[[], str]
    is_proof: Callable[[str, str], bool]
    """Whether a proof was made for a key."""
    new_id: Callable[[], str]
    clock: Callable[[], datetime]


class Challenges:
    """Issues challenges and checks each answer once."""

    def __init__(self, database: Database, keyed: KeyedHash, life: timedelta, parts: ChallengeParts) -> None:
        """`life` is the time in which a challenge may be answered."""
        self._database, self._keyed, self._life, self._parts = database, keyed, life, parts

    def issue(self, purpose: Purpose, owner: str, replaced: str = "", *, is_open: bool = False) -> str:
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
                    is_open=is_open,
                )
            )
        return identity

    def open_one(self, purpose: Purpose, owner: str) -> str:
        """The challenge that a page shows before it has one of its own."""
        with self._database.reading() as session:
            found = session.exec(self._young(purpose, owner)).first()
        return found or self.issue(purpose, owner, is_open=True)

    def adopt(self, purpose: Purpose, owner: str) -> str:
        """Take the open challenge for one page, which shows it already; empty when there is none."""
        with self._database.writing() as session:
            found = session.exec(self._young(purpose, owner)).first()
            if found:
                session.get_one(Challenge, found).is_open = False
        return found or ""

    def keep_or_issue(self, purpose: Purpose, owner: str, current: str) -> str:
        """The current challenge while half its life is left, else a new one."""
        with self._database.reading() as session:
            found = session.get(Challenge, current) if current else None
        is_ours = found is not None and found.owner == owner and found.purpose == purpose
        if found and is_ours and found.expires_at - self._parts.clock() > self._life / 2:
            return current
        return self.issue(purpose, owner, current)

    def newest_open(self, purpose: Purpose, owner: str) -> str:
        """The open challenge a page shows, however old; empty when there is none."""
        with self._database.reading() as session:
            return session.exec(_newest_open(purpose, owner)).first() or ""

    def _young(self, purpose: Purpose, owner: str) -> SelectOfScalar[str]:
        return _newest_open(purpose, owner).where(col(Challenge.expires_at) > self._parts.clock() + self._life / 2)

    def picture(self, identity: str, owner: str) -> bytes | None:
        """The picture of a live challenge, for its owner alone."""
        with self._database.reading() as session:
            found = session.get(Challenge, identity)
            is_owners = found is not None and owner and found.owner == owner
            return found.picture if found and is_owners and found.expires_at > self._parts.clock() else None

    def speak(self, identity: str, owner: str) -> str | None:
        """New digits for the owner of a live challenge; those that were spoken before are worth nothing any more."""
        digits = self._parts.digits()
        with self._database.writing() as session:
            found = session.get(Challenge, identity)
            if found is None or not owner or found.owner != owner or found.expires_at <= self._parts.clock():
                return None
            found.spoken = self._hash(identity, digits)
        return digits

    def proof_key(self, identity: str) -> str:
        """The key under which a proof is made for a challenge, and for no other."""
        return self._keyed("proof", identity)

    def check(self, identity: str, given: Given, purpose: Purpose, owner: str) -> Answer:
        """Check an answer and burn the challenge. Another page's or browser's challenge is `WRONG` and stays.

        Without an id it is the open one: a page without scripts does not know its own.
        """
        with self._database.writing() as session:
            identity = identity or session.exec(_newest_open(purpose, owner)).first() or ""
            its = {"its_id": identity, "its_owner": owner, "its_purpose": str(purpose)}
            burnt = session.connection().execute(_BURN, its).one_or_none()
        if burnt is None or not owner:
            return Answer.WRONG
        if burnt.expires_at <= self._parts.clock():
            return Answer.EXPIRED
        return Answer.RIGHT if self._is_right(identity, given, (burnt.answer, burnt.spoken)) else Answer.WRONG

    def _is_right(self, identity: str, given: Given, hashes: tuple[str, str]) -> bool:
        if given.proof:
            return self._parts.is_proof(given.proof, self.proof_key(identity))
        return self._hash(identity, given.characters) in hashes

    def _hash(self, identity: str, characters: str) -> str:
        return self._keyed("challenge", f"{identity}\0{tidy(characters)}")


def _newest_open(purpose: Purpose, owner: str) -> SelectOfScalar[str]:
    wanted = (col(Challenge.owner) == owner, col(Challenge.purpose) == purpose, col(Challenge.is_open))
    return select(Challenge.id).where(*wanted).order_by(col(Challenge.expires_at).desc()).limit(1)


# Put together once: it runs at every request.
_BURN = (
    delete(Challenge)
    .where(
        col(Challenge.id) == bindparam("its_id"),
        col(Challenge.owner) == bindparam("its_owner"),
        col(Challenge.purpose) == bindparam("its_purpose"),
    )
    .returning(col(Challenge.answer), col(Challenge.spoken), col(Challenge.expires_at))
)


def tidy(answer: str) -> str:
    """An answer without what does not matter: case, spaces and hyphens."""
    return answer.replace(" ", "").replace("-", "").upper()
