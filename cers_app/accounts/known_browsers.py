"""Browsers that an account is known from; they are counted apart, so that no stranger keeps an owner out.

Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from cers_app.accounts.models import Identifier, KnownBrowser, ResetLink, SignInSession
from cers_app.storage.database import Database

JUST = timedelta(minutes=5)
MOST = 20
"""Browsers kept for an account; the one that was not seen longest goes first."""


class KnownBrowsers:
    """Remembers and recognises them. The browser holds a random token, the table its SHA-256.

    The token is new at each sign-in and each reset, so a copy of an older one is worth nothing.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Digests are of the known-browser cookie."""
        self._database, self._clock = database, clock

    def counted_as(self, digest: str, key: str) -> str:
        """Under which name this browser's failures count for the account of a normalised key; empty for a stranger.

        The name outlives each token: else a new token would bring new guesses at every other account of the browser.
        """
        if not digest:
            return ""
        with self._database.reading() as session:
            found = select(_NAME).join(Identifier, col(Identifier.account_id) == col(KnownBrowser.account_id))
            name = session.exec(found.where(KnownBrowser.digest == digest, Identifier.key == key)).first()
        return name or ""

    def remember_session(self, digest: str, session_digest: str, former: str = "") -> None:
        """This browser has signed in to the account of a session; `former` is the digest of the token it had."""
        with self._database.writing() as session:
            _move(session, former, digest)
            found = session.get(SignInSession, session_digest)
            if found is not None:
                self._remember(session, digest, found.account_id)

    def remember_reset(self, digest: str, link_digest: str, former: str = "") -> None:
        """This browser has just used a link; one that was used long ago, or not at all, says nothing."""
        with self._database.writing() as session:
            _move(session, former, digest)
            link = session.get(ResetLink, link_digest) if link_digest else None
            if link is not None and link.used_at is not None and self._clock() - link.used_at < JUST:
                self._remember(session, digest, link.account_id)

    def _remember(self, session: Session, digest: str, account_id: int) -> None:
        now = self._clock()
        row = session.get(KnownBrowser, (digest, account_id))
        if row is not None:
            row.seen_at = now
            return
        session.add(KnownBrowser(digest=digest, account_id=account_id, seen_at=now))
        session.flush()
        newest = (
            select(KnownBrowser.digest)
            .where(KnownBrowser.account_id == account_id)
            .order_by(col(KnownBrowser.seen_at).desc())
            .limit(MOST)
        )
        session.connection().execute(
            delete(KnownBrowser).where(
                col(KnownBrowser.account_id) == account_id, col(KnownBrowser.digest).not_in(newest)
            )
        )


_NAME = func.coalesce(KnownBrowser.first_digest, KnownBrowser.digest)


def _move(session: Session, former: str, digest: str) -> None:
    """Every account that knew the browser by its former token knows it by the new one: computers are shared."""
    if former:
        mine = update(KnownBrowser).where(col(KnownBrowser.digest) == former)
        session.connection().execute(mine.values(digest=digest, first_digest=_NAME))
