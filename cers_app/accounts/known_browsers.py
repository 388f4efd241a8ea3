"""Browsers that an account is known from; they are counted apart, so that no stranger keeps an owner out.

Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cers_app.accounts.models import Identifier, KnownBrowser, ResetLink, SignInSession
from cers_app.database import Database

JUST = timedelta(minutes=5)
MOST = 20
"""Browsers kept for an account; the one that was not seen longest goes first."""


class KnownBrowsers:
    """Remembers and recognises them. The browser holds a random token, the table its SHA-256."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Digests are of the known-browser cookie."""
        self._database, self._clock = database, clock

    def knows(self, digest: str, key: str) -> bool:
        """Whether this browser once signed in to or reset the account a normalised key names."""
        if not digest:
            return False
        with self._database.reading() as session:
            found = select(KnownBrowser.digest).join(
                Identifier, col(Identifier.account_id) == col(KnownBrowser.account_id)
            )
            row = session.exec(found.where(KnownBrowser.digest == digest, Identifier.key == key)).first()
        return row is not None

    def remember_session(self, digest: str, session_digest: str) -> None:
        """This browser has signed in to the account of a session."""
        with self._database.writing() as session:
            found = session.get(SignInSession, session_digest)
            if found is not None:
                self._remember(session, digest, found.account_id)

    def remember_reset(self, digest: str, link_digest: str) -> None:
        """This browser has just used a link; one that was used long ago, or not at all, says nothing."""
        with self._database.writing() as session:
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
