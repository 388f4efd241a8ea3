"""Deletes old rows. Each table has its own age limit, and units of work are small, so other writers hardly wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, exists, inspect, or_, tuple_
from sqlmodel import SQLModel, col, select

from cers_app.accounts.models import KnownBrowser, ResetLink, SessionClaim, SignInSession
from cers_app.accounts.sessions import SessionRule
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.mail_request.native import LIFE, NativeRequest
from cers_app.not_me.store import NotMeLink
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.storage.guesses import Guesses, GuessesRule
from cers_app.storage.throttle import FailureRule, Throttle
from cers_app.verification.models import TOLD_LATE, Challenge

AT_ONCE = 100
"""Rows deleted in one unit of work. That takes a few milliseconds, and then others get their turn."""
PAUSE_SECONDS = 0.5
"""A million rows take an hour and a half. That is fast enough, because no one waits for it."""


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How long the portal keeps rows that have ended."""

    audit: timedelta
    ended: timedelta
    """For mails and links. Until then, the page of a dead link can say why the link does not work."""
    browsers: timedelta
    """The life of the known-browser cookie."""
    sessions: SessionRule
    failures: FailureRule
    guesses: GuessesRule


class Housekeeping:
    """Deletes old rows. It may run at any time, in any number of processes."""

    def __init__(
        self,
        database: Database,
        rule: KeepRule,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`rule` says which rows are old. `pause` waits the given seconds."""
        self._database, self._rule, self._clock, self._pause = database, rule, clock, pause

    def purge(self) -> dict[str, int]:
        """Delete every old row. Returns how many rows each table lost."""
        old = self._old(self._clock())
        return {str(table.__tablename__): self._delete(table, condition) for table, condition in old.items()}

    def _delete(self, table: type[SQLModel], condition: ColumnElement[bool]) -> int:
        key, deleted = inspect(table).primary_key, 0
        while True:
            # Look for old rows without the lock, so only deleting makes others wait.
            with self._database.reading() as session:
                some = session.connection().execute(select(*key).where(condition).limit(AT_ONCE)).all()
            if some:
                these = tuple_(*key).in_(some) if len(key) > 1 else key[0].in_([row[0] for row in some])
                # The CASE keeps the database from using an index for the condition. With the index, the database would
                # read every old row under the lock.
                still_old = case((condition, 1), else_=0) == 1
                with self._database.writing() as session:
                    deleted += session.connection().execute(delete(table).where(these, still_old)).rowcount
            if len(some) < AT_ONCE:
                return deleted
            # Other processes keep asking for the lock, so leave the lock free for a moment.
            self._pause(PAUSE_SECONDS)

    def _old(self, now: datetime) -> dict[type[SQLModel], ColumnElement[bool]]:
        """The condition that makes a row old, for each table."""
        rule = self._rule
        ended, idle = now - rule.ended, now - rule.sessions.idle
        quiet = now - rule.failures.longest
        # Links go before mails, because a link names its mail.
        links = select(ResetLink.digest).where(col(ResetLink.mail_id) == col(OutgoingMail.id))
        worked = or_(
            and_(col(OutgoingMail.state) == MailState.SENT, col(OutgoingMail.sent_at) < ended),
            and_(col(OutgoingMail.state) == MailState.FAILED, col(OutgoingMail.due_at) < ended),
        )
        throttled = or_(
            col(Throttle.blocked_until) < quiet,
            and_(col(Throttle.blocked_until).is_(None), col(Throttle.window_began_at) < now - rule.failures.window),
        )
        gone = or_(col(SignInSession.seen_at) < idle, col(SignInSession.opened_at) < now - rule.sessions.longest)
        return {
            AuditEvent: col(AuditEvent.at) < now - rule.audit,
            Challenge: col(Challenge.expires_at) < now - TOLD_LATE,
            KnownBrowser: col(KnownBrowser.seen_at) < now - rule.browsers,
            NativeRequest: col(NativeRequest.asked_at) < now - LIFE,
            NotMeLink: col(NotMeLink.expires_at) < now,
            ResetLink: col(ResetLink.expires_at) < ended,
            OutgoingMail: and_(col(OutgoingMail.created_at) < ended, worked, ~exists(links)),
            SessionClaim: col(SessionClaim.expires_at) < now,
            SignInSession: gone,
            Throttle: throttled,
            Guesses: col(Guesses.began_at) < now - rule.guesses.window,
        }
