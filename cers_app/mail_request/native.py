"""Remembers a native post until the browser's page is live and can show more than general words."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, select

from cers_app.storage.database import BY_OLDER_RELEASES, Database
from cers_app.values.digests import IdentifierHash
from cers_app.verification.answers import Purpose

LIFE = timedelta(minutes=2)
"""How long a page may take to go live."""


class NativeRequest(SQLModel, table=True):
    """A request by native post that no tab has taken yet. It holds only a keyed hash of the typed name."""

    __tablename__ = "native_request"

    id: int | None = Field(default=None, primary_key=True)
    browser: str = Field(max_length=64, index=True)
    purpose: str = Field(max_length=20)
    identifier: str = Field(max_length=64)
    asked_at: datetime = Field(index=True)
    reference: str = Field(default="", max_length=8, sa_column_kwargs=BY_OLDER_RELEASES)


class NativeRequests:
    """Leaves a request for the tab that knows the typed name. That tab takes it once and owns it from then on."""

    def __init__(self, database: Database, hashed: IdentifierHash, clock: Callable[[], datetime]) -> None:
        self._database, self._hashed, self._clock = database, hashed, clock

    def leave(self, name_key: str, reference: str, purpose: Purpose, browser: str) -> None:
        """Remember a request that a browser has just made."""
        row = NativeRequest(
            browser=browser,
            purpose=purpose,
            identifier=self._hashed(name_key),
            asked_at=self._clock(),
            reference=reference,
        )
        with self._database.writing() as session:
            session.add(row)

    def take(self, name_key: str, purpose: Purpose, browser: str) -> tuple[datetime, str] | None:
        """When this browser asked, and the reference of its request.

        `None` if it did not ask, asked too long ago, or another tab took the request.
        """
        wanted = select(NativeRequest).where(
            NativeRequest.browser == browser,
            NativeRequest.purpose == purpose,
            col(NativeRequest.identifier).in_(self._hashed.every(name_key)),
            col(NativeRequest.asked_at) > self._clock() - LIFE,
        )
        with self._database.writing() as session:
            # Only the newest: another tab may have asked for the same name, and takes its own.
            found = session.exec(wanted.order_by(col(NativeRequest.id).desc()).limit(1)).first()
            if found is None:
                return None
            session.delete(found)
        return found.asked_at, found.reference

    def is_waiting(self, purpose: Purpose, browser: str) -> bool:
        """Whether this browser has a live request that no tab has taken."""
        waiting = select(NativeRequest.id).where(
            NativeRequest.browser == browser,
            NativeRequest.purpose == purpose,
            col(NativeRequest.asked_at) > self._clock() - LIFE,
        )
        with self._database.reading() as session:
            return bool(browser) and session.exec(waiting).first() is not None
