"""What the account pages read and write."""

from sqlmodel import Session, col, select

from cers_app.accounts import sessions
from cers_app.accounts import store as accounts
from cers_app.accounts.models import Account, AccountState, SignInSession
from cers_app.accounts.sessions import Sessions
from cers_app.accounts.store import identity
from cers_app.new_password import replacing
from cers_app.new_password.replacing import NewPassword
from cers_app.storage import audit, throttle
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import IdentifierHash, sha256
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from cers_app.values.world import World
from cers_app.words.activity import SHOWN_TO_OWNER
from cers_app.your_account.outcomes import OpenSession, Overview, Owner, Step

NEWEST, NEWEST_OF_STRANGERS, ID_LENGTH = 10, 4, 16
BY_STRANGERS = {Event.REMINDER_ASKED, Event.LINK_ASKED, Event.SIGN_IN_REFUSED}
"""Steps that need no password and no mailbox. Many of them must not push what the owner has to see off the page."""


class AccountStore:
    """Each method is one unit of work."""

    def __init__(self, world: World, database: Database, hashed: IdentifierHash, sessions: Sessions) -> None:
        self._world, self._database, self._hashed, self._sessions = world, database, hashed, sessions

    def owner(self, digest: str) -> Owner | None:
        """The owner of the live session with this digest."""
        account = self._sessions.check(digest)
        if account is None:
            return None
        names = (account.username, account.email, account.name)
        # No typed name holds a NUL, so failed sign-ins never count under this key and cannot lock the owner out.
        failures_key = self._hashed(f"\0current password of {account.id}")
        return Owner(digest, identity(account), names, account.password_hash, failures_key)

    def overview(self, digest: str) -> Overview | None:
        """What the account page shows the owner of a live session."""
        account = self._sessions.check(digest)
        if account is None:
            return None
        with self._database.reading() as session:
            open_sessions = self._sessions.live_of(session, identity(account))
            steps = _newest(session, identity(account))
        this = next((row for row in open_sessions if row.is_shown_by(digest)), None)
        if this is None:
            return None  # ended since the check
        ends_at, is_extendable = self._sessions.ends_at(this)
        return Overview(
            name=account.name,
            username=account.username,
            email=account.email,
            previous_sign_in_at=account.previous_sign_in_at,
            sessions=tuple(
                OpenSession(_id(row), row.device, row.opened_at, row.seen_at, row.ip, is_this=row is this)
                for row in open_sessions
            ),
            steps=tuple(Step(Event(row.event), row.last_at, row.count, row.ip, row.device) for row in steps),
            ends_at=ends_at,
            is_extendable=is_extendable,
        )

    def end_one(self, session_id: str, digest: str, visitor: Visitor) -> None:
        """End another session of a live session's owner."""
        account = self._sessions.check(digest)
        if account is None:
            return
        with self._database.writing() as session:
            for row in self._sessions.live_of(session, identity(account)):
                if _id(row) == session_id:
                    self._sessions.end(f"{row.digest}{row.browser}", visitor)

    def refused(self, why: Event, owner: Owner, visitor: Visitor) -> None:
        """Record a wrong current password, or an attempt that came too soon."""
        with self._database.writing() as session:
            audit.record(
                session,
                why,
                at=self._world.now(),
                visitor=visitor,
                account_id=owner.account_id,
                detail="account page",
            )

    def forgive(self, owner: Owner) -> None:
        """Forget the wrong current passwords."""
        with self._database.writing() as session:
            throttle.forget(session, owner.failures_key)

    def change(self, owner: Owner, new_hash: str, visitor: Visitor) -> bool:
        """Set a new password and end everything older. `False` if password, session or account changed in between."""
        with self._database.writing() as session:
            account, is_in = session.get_one(Account, owner.account_id), sessions.find(session, owner.session)
            if not is_in or account.password_hash != owner.password_hash or account.state != AccountState.ACTIVE:
                return False
            new = NewPassword(owner.account_id, new_hash, WhyCancelled.PASSWORD_CHANGED, "account page")
            replacing.replace(session, new, visitor, self._world, self._hashed)
        return True

    def end_everywhere(self, digest: str, visitor: Visitor) -> int:
        """End every session of a live session's owner. Returns how many there were."""
        account = self._sessions.check(digest)
        if account is None:
            return 0
        at, account_id = self._world.now(), identity(account)
        with self._database.writing() as session:
            ended = accounts.end_sessions(session, account_id)
            detail = str(ended)
            audit.record(session, Event.SESSIONS_ENDED, at=at, visitor=visitor, account_id=account_id, detail=detail)
        return ended


def _id(row: SignInSession) -> str:
    """What the owner's page calls a session. It says nothing about the token."""
    return sha256(row.digest)[:ID_LENGTH]


def _newest(session: Session, account_id: int) -> list[AuditEvent]:
    newest = select(AuditEvent).where(AuditEvent.account_id == account_id).order_by(col(AuditEvent.id).desc())
    strangers = newest.where(col(AuditEvent.event).in_(BY_STRANGERS)).limit(NEWEST_OF_STRANGERS)
    others = newest.where(col(AuditEvent.event).in_(set(SHOWN_TO_OWNER) - BY_STRANGERS)).limit(NEWEST)
    found = [*session.exec(strangers), *session.exec(others)]
    return sorted(found, key=lambda row: (row.last_at, row.id), reverse=True)[:NEWEST]
