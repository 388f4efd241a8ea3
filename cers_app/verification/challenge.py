"""Verification: a challenge for one page and one browser, answered once, right or wrong, in one of three ways.

The characters of the picture, the digits that were spoken, or a proof of work: all are answers to the same challenge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cers_app.storage.database import Database
from cers_app.values.digests import KeyedHash
from cers_app.values.visitor import Visitor
from cers_app.verification.models import Answer, AnsweredForm, Challenge, Given, Purpose

MOST_FOR_ONE = 20
"""Live challenges of one browser: so many tabs may wait; the oldest goes first."""
ON_ITS_WAY = timedelta(minutes=1)
"""How long a tab that took a challenge over may answer without its id: such an answer was sent before the tab knew."""


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

    def show(self, purpose: Purpose, owner: str) -> str:
        """A new challenge for a page that does not know whose it is: each page that is opened has its own."""
        return self.issue(purpose, owner, is_open=True)

    def open_one(self, purpose: Purpose, owner: str) -> str:
        """The live challenge that such a page shows."""
        with self._database.reading() as session:
            live = self._open(purpose, owner).where(col(Challenge.expires_at) > self._parts.clock())
            found = session.exec(live).first()
        return found or self.show(purpose, owner)

    def take_over(self, purpose: Purpose, owner: str) -> list[str]:
        """The young challenges that pages show and no tab has taken over; a single one is this tab's from now on.

        Of several nobody can say which one this tab shows. All of them stay open.
        """
        now = self._parts.clock()
        untaken = self._open(purpose, owner).where(
            col(Challenge.taken_at).is_(None), col(Challenge.expires_at) > now + self._life / 2
        )
        with self._database.writing() as session:
            found = list(session.exec(untaken))
            if len(found) == 1:
                session.get_one(Challenge, found[0]).taken_at = now
        return found

    def keep_or_issue(self, purpose: Purpose, owner: str, current: str) -> str:
        """The current challenge while half its life is left, else a new one."""
        with self._database.reading() as session:
            found = session.get(Challenge, current) if current else None
        is_ours = found is not None and found.owner == owner and found.purpose == purpose
        if found and is_ours and found.expires_at - self._parts.clock() > self._life / 2:
            return current
        return self.issue(purpose, owner, current)

    def discard(self, purpose: Purpose, owner: str) -> None:
        """Let nobody answer what pages show that do not know its id: such a page asked for another."""
        with self._database.writing() as session:
            shown = self._open(purpose, owner).subquery()
            session.connection().execute(delete(Challenge).where(col(Challenge.id).in_(select(shown.c.id))))

    def _open(self, purpose: Purpose, owner: str) -> SelectOfScalar[str]:
        """Those that may be answered without an id, the newest first."""
        return (
            select(Challenge.id)
            .where(
                Challenge.owner == owner,
                Challenge.purpose == purpose,
                Challenge.is_open,
                or_(
                    col(Challenge.taken_at).is_(None),
                    col(Challenge.taken_at) > self._parts.clock() - ON_ITS_WAY,
                ),
            )
            .order_by(col(Challenge.expires_at).desc())
        )

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

        A page that does not know the id of its own sends none. The answer may be for any challenge that such pages of
        this browser show; if it fits none of them, it burns them all, so that no challenge is answered twice.
        """
        with self._database.writing() as session:
            meant = [identity] if identity else self._meant(session, given, purpose, owner)
            its = {"its_owner": owner, "its_purpose": str(purpose)}
            burnt = [session.connection().execute(_BURN, {"its_id": each, **its}).one_or_none() for each in meant]
        if not burnt or burnt[0] is None or not owner:
            return Answer.WRONG
        newest = burnt[0]
        if newest.expires_at <= self._parts.clock():
            return Answer.EXPIRED
        return Answer.RIGHT if self._is_right(meant[0], given, (newest.answer, newest.spoken)) else Answer.WRONG

    def for_page(self, purpose: Purpose) -> Callable[[AnsweredForm, Visitor], Answer]:
        """`check` for the forms of one page."""
        return lambda form, visitor: self.check(
            form.challenge, Given(form.characters, form.proof), purpose, visitor.browser
        )

    def _meant(self, session: Session, given: Given, purpose: Purpose, owner: str) -> list[str]:
        """The one open challenge an answer fits, or all of them, the newest first."""
        found = [session.get_one(Challenge, each) for each in session.exec(self._open(purpose, owner))]
        fits = [each.id for each in found if self._is_right(each.id, given, (each.answer, each.spoken))]
        return fits[:1] or [each.id for each in found]

    def _is_right(self, identity: str, given: Given, hashes: tuple[str, str]) -> bool:
        if given.proof:
            return self._parts.is_proof(given.proof, self.proof_key(identity))
        return self._hash(identity, given.characters) in hashes

    def _hash(self, identity: str, characters: str) -> str:
        return self._keyed("challenge", f"{identity}\0{tidy(characters)}")


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
