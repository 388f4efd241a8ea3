"""Browsers that an account knows. Their failed sign-ins count apart, so strangers cannot lock the owner out.

Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from cers_app.accounts import sessions
from cers_app.accounts.models import Identifier, KnownBrowser, ResetLink
from cers_app.storage.database import Database

JUST = timedelta(minutes=5)
MOST = 20
"""Browsers kept per account. The browser seen longest ago goes first."""


class KnownBrowsers:
    """Remembers and recognizes browsers. The browser holds a random token, and the table holds its SHA-256.

    Each sign-in and each reset makes a new token, so a copy of an old token is worthless.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """In each method, `digest` and `former` are SHA-256 digests of the known-browser cookie."""
        self._database, self._clock = database, clock

    def counted_as(self, digest: str, key: str) -> str:
        """The name that this browser's failures count under for the account of a normalized key; empty for a stranger.

        The name outlives each token. Otherwise a new token would give the browser new guesses at its other accounts.
        """
        if not digest:
            return ""
        with self._database.reading() as session:
            found = select(_NAME).join(Identifier, col(Identifier.account_id) == col(KnownBrowser.account_id))
            name = session.exec(found.where(KnownBrowser.digest == digest, Identifier.key == key)).first()
        return name or ""

    def remember_session(self, digest: str, session_digest: str, former: str = "") -> None:
        """Remember a browser that signed in to a session's account. `former` is the digest of its earlier token."""
        with self._database.writing() as session:
            _move(session, former, digest)
            found = sessions.find(session, session_digest)
            if found is not None:
                self._remember(session, digest, found.account_id)

    def remember_reset(self, digest: str, link_digest: str, former: str = "") -> None:
        """Remember a browser that used a reset link within `JUST`. An unused link or an older use proves nothing."""
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
    """Give the new token to every account that knew the former token. Several people may share a computer."""
    if former:
        mine = update(KnownBrowser).where(col(KnownBrowser.digest) == former)
        session.connection().execute(mine.values(digest=digest, first_digest=_NAME))
