"""Sessions. A one-time claim opens a session, and every event and page load checks the session in the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cers_app.accounts.models import Account, AccountState, SessionClaim, SignInSession
from cers_app.accounts.store import identity
from cers_app.storage import audit
from cers_app.storage.database import Database
from cers_app.values.digests import DIGEST, sha256
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor

STEP = timedelta(seconds=30)
"""`check` writes the time of last use at most this often."""


@dataclass(frozen=True, slots=True)
class SessionRule:
    """How long a session lives (ASVS 7.3.1, 7.3.2), and how long a claim lives."""

    idle: timedelta
    longest: timedelta
    claim: timedelta


def find(session: Session, shown: str) -> SignInSession | None:
    """The session that a request shows by its `session_digest`, live or not."""
    row = session.get(SignInSession, shown[:DIGEST])
    return row if row and row.is_shown_by(shown) else None


class Sessions:
    """Opens, checks and ends sessions. Tokens have 256 bits, and the table stores only digests of them."""

    def __init__(
        self, database: Database, rule: SessionRule, clock: Callable[[], datetime], token: Callable[[], str]
    ) -> None:
        """`token` makes 256-bit random tokens."""
        self._database, self._rule, self._clock, self._token = database, rule, clock, token

    def promise(self, session: Session, account: Account, visitor: Visitor) -> str:
        """Make a one-time code that lets this browser open a session within seconds."""
        now, code = self._clock(), self._token()
        session.connection().execute(delete(SessionClaim).where(col(SessionClaim.expires_at) < now))
        session.add(
            SessionClaim(
                digest=sha256(code),
                account_id=identity(account),
                browser=visitor.browser,
                expires_at=now + self._rule.claim,
            )
        )
        return code

    def open(self, code: str, visitor: Visitor, browser: str, replaced: str = "") -> str | None:
        """Swap a code for a session token; `None` if the code is spent, expired or another browser's.

        The session works only together with the browser cookie whose digest is `browser`.

        `replaced` is the digest of the session that the browser still carries. That session ends here (ASVS 7.2.4),
        because the browser forgets its token and could not end the session later.
        """
        now = self._clock()
        with self._database.writing() as session:
            claim = session.get(SessionClaim, sha256(code))
            if claim is None or claim.expires_at <= now or claim.browser != visitor.browser or not visitor.browser:
                return None
            session.delete(claim)
            account = session.get(Account, claim.account_id)
            if account is None or account.state != AccountState.ACTIVE:
                return None
            self._end(session, replaced, visitor, "replaced by a new sign-in")
            token = self._token()
            opened = SignInSession(
                digest=sha256(token),
                browser=browser,
                account_id=claim.account_id,
                opened_at=now,
                seen_at=now,
                ip=visitor.ip,
                device=visitor.device,
            )
            session.add(opened)
            account.previous_sign_in_at, account.last_sign_in_at = account.last_sign_in_at, now
        return token

    def is_live(self, digest: str) -> bool:
        """Whether a session with this digest is live. This does not count as use: a page connects by itself."""
        return self.owner(digest) is not None

    def owner(self, digest: str) -> Account | None:
        """The account whose live session has this digest, if there is one. This does not count as use."""
        found = self._look_up(digest)
        return found[1] if found else None

    def check(self, digest: str) -> Account | None:
        """The account whose live session has this digest, or `None` if the session ended. Each check counts as use."""
        found, now = self._look_up(digest), self._clock()
        if found is None:
            return None
        row, account = found
        if now - row.seen_at > STEP:
            with self._database.writing() as session:
                kept = find(session, digest)
                if kept is None:
                    return None
                kept.seen_at = now
                # A session of 1.0.0 belongs to the browser that uses it first.
                kept.browser = kept.browser or digest[DIGEST:]
        return account

    def _look_up(self, digest: str) -> tuple[SignInSession, Account] | None:
        with self._database.reading() as session:
            row = find(session, digest)
            account = session.get(Account, row.account_id) if row and self._is_live(row, self._clock()) else None
        return (row, account) if row and account and account.state == AccountState.ACTIVE else None

    def ends_at(self, row: SignInSession) -> tuple[datetime, bool]:
        """When a live session ends without further use, and whether use makes it last longer."""
        idle, longest = row.seen_at + self._rule.idle, row.opened_at + self._rule.longest
        return min(idle, longest), idle < longest

    def end(self, digest: str, visitor: Visitor) -> None:
        """End a session. Ending a session that has already ended is no error."""
        with self._database.writing() as session:
            self._end(session, digest, visitor)

    def _end(self, session: Session, digest: str, visitor: Visitor, why: str = "") -> None:
        row = find(session, digest)
        if row is not None:
            now, account_id = self._clock(), row.account_id
            audit.record(session, Event.SIGNED_OUT, at=now, visitor=visitor, account_id=account_id, detail=why)
            session.delete(row)

    def live_of(self, session: Session, account_id: int) -> list[SignInSession]:
        """Every live session of an account, newest first."""
        now = self._clock()
        rows = session.exec(select(SignInSession).where(SignInSession.account_id == account_id))
        return sorted((row for row in rows if self._is_live(row, now)), key=lambda row: row.opened_at, reverse=True)

    def _is_live(self, row: SignInSession, now: datetime) -> bool:
        return now - row.seen_at < self._rule.idle and now - row.opened_at < self._rule.longest
