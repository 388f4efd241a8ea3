"""A challenge belongs to one page and one browser, and takes one answer, right or wrong.

The answer is the characters of the picture, the spoken digits, or a proof of work.
"""

import unicodedata
from datetime import timedelta

from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cers_app.storage.database import Database
from cers_app.values.digests import KeyedHash
from cers_app.values.invisible import is_invisible
from cers_app.values.reference import ALPHABET
from cers_app.values.world import World
from cers_app.verification.answers import Answer, Purpose, Verdict
from cers_app.verification.models import DIGITS, LENGTH, TOLD_LATE, Challenge
from cers_app.verification.picture import draw
from cers_app.verification.proof import is_proof

QA_DIGITS = "246810"
"""The digits of every spoken challenge while `CERS_QA_CHARACTERS` fixes the characters."""
MOST_FOR_ONE = 20
"""The most challenges of one browser, which may wait in as many tabs. A new challenge deletes the oldest."""
LONGEST_ANSWER = 100
"""Code points. Nobody types more for six characters."""
ON_ITS_WAY = timedelta(minutes=1)
"""How long a tab that took a challenge over may answer without its id, because that answer may be on its way."""


class Challenges:
    """Issues challenges, and checks one answer to each."""

    def __init__(
        self, world: World, database: Database, keyed: KeyedHash, life: timedelta, qa_characters: str = ""
    ) -> None:
        """`life` is how long a visitor has to answer a challenge. In test mode, QA may fix the characters."""
        self._world, self._database, self._keyed, self._life = world, database, keyed, life
        self._qa_characters = qa_characters

    def issue(self, purpose: Purpose, browser: str, replaced: str = "", *, is_open: bool = False) -> str:
        """Issue a challenge and return its public id. Deletes the challenge that the new one replaces."""
        characters = self._qa_characters or symbols(self._world, ALPHABET)
        challenge_id, now, picture = self._world.new_id(), self._world.now(), draw(characters)
        with self._database.writing() as session:
            session.connection().execute(delete(Challenge).where(col(Challenge.expires_at) < now - TOLD_LATE))
            session.connection().execute(
                delete(Challenge).where(col(Challenge.id) == replaced, col(Challenge.owner) == browser)
            )
            newest = (
                select(Challenge.id)
                .where(Challenge.owner == browser)
                .order_by(col(Challenge.expires_at).desc())
                .limit(MOST_FOR_ONE - 1)
            )
            session.connection().execute(
                delete(Challenge).where(col(Challenge.owner) == browser, col(Challenge.id).not_in(newest))
            )
            session.add(
                Challenge(
                    id=challenge_id,
                    answer=self._hash(challenge_id, characters),
                    picture=picture,
                    purpose=purpose,
                    owner=browser,
                    expires_at=now + self._life,
                    is_open=is_open,
                )
            )
        return challenge_id

    def show(self, purpose: Purpose, browser: str) -> str:
        """A new challenge for a page that does not know its challenge's id. Each page that opens gets its own."""
        return self.issue(purpose, browser, is_open=True)

    def open_one(self, purpose: Purpose, browser: str) -> str:
        """The newest live challenge that such a page shows, or a new challenge if there is none."""
        with self._database.reading() as session:
            live = self._open(purpose, browser).where(col(Challenge.expires_at) > self._world.now())
            found = session.exec(live).first()
        return found or self.show(purpose, browser)

    def take_over(self, purpose: Purpose, browser: str) -> list[str]:
        """The young open challenges that no tab has taken over. If there is only one, this tab takes it over.

        If there are several, the server cannot know which one this tab shows, so all of them stay open.
        """
        now = self._world.now()
        untaken = self._open(purpose, browser).where(
            col(Challenge.taken_at).is_(None), col(Challenge.expires_at) > now + self._life / 2
        )
        with self._database.writing() as session:
            found = list(session.exec(untaken))
            if len(found) == 1:
                session.get_one(Challenge, found[0]).taken_at = now
        return found

    def keep_or_issue(self, purpose: Purpose, browser: str, current: str) -> str:
        """The current challenge while more than half of its life is left, otherwise a new one."""
        with self._database.reading() as session:
            found = session.get(Challenge, current) if current else None
        is_ours = found is not None and found.owner == browser and found.purpose == purpose
        if found and is_ours and found.expires_at - self._world.now() > self._life / 2:
            return current
        return self.issue(purpose, browser, current)

    def discard(self, purpose: Purpose, browser: str) -> None:
        """Delete the challenges of pages that do not know their id, because such a page asked for another picture."""
        with self._database.writing() as session:
            session.connection().execute(delete(Challenge).where(col(Challenge.id).in_(self._open(purpose, browser))))

    def _open(self, purpose: Purpose, browser: str) -> SelectOfScalar[str]:
        """Selects the challenges that a page may answer without an id, newest first."""
        return (
            select(Challenge.id)
            .where(
                Challenge.owner == browser,
                Challenge.purpose == purpose,
                Challenge.is_open,
                or_(
                    col(Challenge.taken_at).is_(None),
                    col(Challenge.taken_at) > self._world.now() - ON_ITS_WAY,
                ),
            )
            .order_by(col(Challenge.expires_at).desc())
        )

    def picture(self, challenge_id: str, browser: str) -> bytes | None:
        """The picture of a live challenge. Only the owner gets it."""
        with self._database.reading() as session:
            found = session.get(Challenge, challenge_id)
            is_owners = found is not None and browser and found.owner == browser
            return found.picture if found and is_owners and found.expires_at > self._world.now() else None

    def speak(self, challenge_id: str, browser: str) -> str | None:
        """New digits for the owner of a live challenge. The digits that were spoken before no longer count."""
        digits = QA_DIGITS if self._qa_characters else symbols(self._world, DIGITS)
        with self._database.writing() as session:
            found = session.get(Challenge, challenge_id)
            if found is None or not browser or found.owner != browser or found.expires_at <= self._world.now():
                return None
            found.spoken = self._hash(challenge_id, digits)
        return digits

    def proof_key(self, challenge_id: str) -> str:
        """The key for a proof of this challenge. No other challenge has this key."""
        return self._keyed("proof", challenge_id)

    def check_key(self, challenge_id: str, effort: int) -> str:
        """The key for a check of this effort, which goes with an answer to this challenge."""
        return self._keyed("check", f"{challenge_id}\0{effort}")

    def is_checked(self, challenge_id: str, check: str, effort: int, purpose: Purpose, browser: str) -> bool:
        """Whether a browser did the check. The network may have asked for one more step of effort since then.

        Without an id, the check may be for any challenge that such pages of this browser show.
        """
        with self._database.reading() as session:
            meant = [challenge_id] if challenge_id else list(session.exec(self._open(purpose, browser)))
        values = [f"{each}\0{step}" for each in meant for step in {effort, max(effort - 1, 1)}]
        return any(is_proof(check, key) for value in values for key in self._keyed.every("check", value))

    def check(self, challenge_id: str, answer: Answer, purpose: Purpose, browser: str) -> Verdict:
        """Check an answer and burn the challenge. A challenge of another page or browser is `MISSING` and stays.

        A page that does not know its challenge's id sends none. The answer may then fit any challenge that such pages
        of this browser show. An answer that fits none burns them all, so no challenge is answered twice.
        """
        with self._database.writing() as session:
            meant = [challenge_id] if challenge_id else self._meant(session, answer, purpose, browser)
            its = {"its_owner": browser, "its_purpose": str(purpose)}
            burnt = [session.connection().execute(_BURN, {"its_id": each, **its}).one_or_none() for each in meant]
        if not burnt or burnt[0] is None or not browser:
            return Verdict.MISSING
        newest = burnt[0]
        if newest.expires_at <= self._world.now():
            return Verdict.EXPIRED
        return Verdict.RIGHT if self._is_right(meant[0], answer, (newest.answer, newest.spoken)) else Verdict.WRONG

    def _meant(self, session: Session, answer: Answer, purpose: Purpose, browser: str) -> list[str]:
        """The open challenge that an answer fits. If none fits, all open challenges, newest first."""
        found = [session.get_one(Challenge, each) for each in session.exec(self._open(purpose, browser))]
        fits = [each.id for each in found if self._is_right(each.id, answer, (each.answer, each.spoken))]
        return fits[:1] or [each.id for each in found]

    def _is_right(self, challenge_id: str, answer: Answer, hashes: tuple[str, str]) -> bool:
        if answer.proof:
            return any(is_proof(answer.proof, key) for key in self._keyed.every("proof", challenge_id))
        return any(each in hashes for each in self._keyed.every("challenge", _said(challenge_id, answer.characters)))

    def _hash(self, challenge_id: str, characters: str) -> str:
        return self._keyed("challenge", _said(challenge_id, characters))


def _said(challenge_id: str, characters: str) -> str:
    return f"{challenge_id}\0{tidy(characters)}"


# Built once, because every request runs this statement.
_BURN = (
    delete(Challenge)
    .where(
        col(Challenge.id) == bindparam("its_id"),
        col(Challenge.owner) == bindparam("its_owner"),
        col(Challenge.purpose) == bindparam("its_purpose"),
    )
    .returning(col(Challenge.answer), col(Challenge.spoken), col(Challenge.expires_at))
)


def symbols(world: World, alphabet: str) -> str:
    """Random symbols, as many as a picture shows or a voice speaks."""
    return "".join(world.choose(alphabet) for _ in range(LENGTH))


def tidy(answer: str) -> str:
    """The letters and digits of an answer, in upper case. Wide letters count as plain ones."""
    shown = "".join(character for character in answer if not is_invisible(character))
    folded = unicodedata.normalize("NFKC", shown) if len(shown) <= LONGEST_ANSWER else ""
    # On a Japanese keyboard, the key of the hyphen gives a mark that counts as a letter (`Lm`).
    plain = [one for one in folded if one.isalnum() and unicodedata.category(one) != "Lm"]
    return "".join(str(unicodedata.decimal(one, one)) for one in plain).upper()
