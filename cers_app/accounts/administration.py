"""Changes that operators and support staff make to accounts, each in the unit of work of the given session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cers_app.accounts import store
from cers_app.accounts.models import Account, AccountState, Identifier, ResetLink
from cers_app.accounts.sessions import Sessions
from cers_app.accounts.store import IdentifierTaken, identity
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from cers_app.values.masking import mask

RECENT = 10
"""Audit rows that staff see."""
LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts (`cli:` and the operating-system user), when and why. `sessions` finds the open sessions."""

    actor: str
    at: datetime
    sessions: Sessions
    reason: str = ""

    def record(  # noqa: PLR0913 - one argument per column
        self,
        session: Session,
        event: Event,
        account_id: int | None,
        detail: str = "",
        *,
        identifier: str = "",
        reference: str = "",
    ) -> None:
        """Write the act and its reason down, in the unit of work of `session`."""
        audit.record(
            session,
            event,
            at=self.at,
            account_id=account_id,
            identifier=identifier,
            detail=self.with_reason(detail),
            actor=self.actor,
            reference=reference,
        )

    def with_reason(self, detail: str) -> str:
        """The details of an act, and its reason if there is one."""
        reason = f"reason: {self.reason}" if self.reason else ""
        return "; ".join(filter(None, (detail[: LONGEST_DETAIL - len(reason) - 2], reason)))


@dataclass(frozen=True, slots=True)
class AccountForStaff:
    """The facts about an account that staff see."""

    account: Account
    open_sessions: int
    live_links: int
    links_until: datetime | None
    recent: Sequence[AuditEvent]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How many open sessions and working links a change ended."""

    sessions: int
    links: int


@dataclass(frozen=True, slots=True)
class EmailChanged:
    """The account has a new address. The notice goes to `former`."""

    former: str
    ended: Ended


def show(session: Session, account: Account, act: Act) -> AccountForStaff:
    """Read the facts for staff, then record in the audit that someone looked."""
    account_id = identity(account)
    links, until = _live_links(session, account_id, act.at)
    newest = select(AuditEvent).where(AuditEvent.account_id == account_id)
    recent = session.exec(newest.order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc()).limit(RECENT)).all()
    overview = AccountForStaff(account, len(act.sessions.live_of(session, account_id)), links, until, recent)
    act.record(session, Event.ACCOUNT_SHOWN, account_id)
    return overview


def let_in(session: Session, account: Account, event: Event, act: Act) -> None:
    """Make an account active. `event` says whether staff activated or enabled the account."""
    account.state = AccountState.ACTIVE
    act.record(session, event, identity(account))


def disable(session: Session, account: Account, act: Act) -> Ended:
    """Disable an account, end its open sessions and cancel its live links."""
    account.state = AccountState.DISABLED
    act.record(session, Event.ACCOUNT_DISABLED, identity(account))
    return _end(session, account, WhyCancelled.ACCOUNT_DISABLED, act)


def set_email(  # noqa: PLR0913 - one argument per fact
    session: Session, account: Account, email: str, key: str, act: Act, *, require_reset: bool
) -> EmailChanged | IdentifierTaken:
    """Replace the email address, and the username if the username is an email address.

    `key` is the normalized new address. The owner of the former mailbox is signed out everywhere. With `require_reset`,
    the account also loses its password and its known browsers.
    """
    account_id, former, owner = identity(account), account.email, session.get(Identifier, key)
    if owner is not None and owner.account_id != account_id:
        return IdentifierTaken(key)
    if owner is None:
        addresses = delete(Identifier).where(
            col(Identifier.account_id) == account_id, col(Identifier.key).contains("@")
        )
        session.connection().execute(addresses)
        session.add(Identifier(key=key, account_id=account_id))
    if "@" in account.username:
        account.username = email
    account.email = email
    detail = f"formerly {mask(former)}"
    if require_reset:
        account.password_hash = None
        store.forget_browsers(session, account_id)
        detail += "; password made void"
    act.record(session, Event.EMAIL_CHANGED, account_id, detail)
    return EmailChanged(former, _end(session, account, WhyCancelled.EMAIL_CHANGED, act))


def end_sessions(session: Session, account: Account, act: Act) -> int:
    """Sign the owner out everywhere. Returns how many open sessions there were."""
    account_id = identity(account)
    ended = len(act.sessions.live_of(session, account_id))
    store.end_sessions(session, account_id)
    act.record(session, Event.SESSIONS_ENDED, account_id, str(ended))
    return ended


def _end(session: Session, account: Account, why: WhyCancelled, act: Act) -> Ended:
    account_id = identity(account)
    ended = Ended(len(act.sessions.live_of(session, account_id)), _live_links(session, account_id, act.at)[0])
    store.cancel_links(session, account_id, why, act.at)
    store.end_sessions(session, account_id)
    if ended.sessions:
        act.record(session, Event.SESSIONS_ENDED, account_id, str(ended.sessions))
    return ended


def _live_links(session: Session, account_id: int, now: datetime) -> tuple[int, datetime | None]:
    """How many links still work, and when the last of them expires."""
    until = session.exec(
        select(ResetLink.expires_at)
        .where(ResetLink.account_id == account_id, *store.is_live(now))
        .order_by(col(ResetLink.expires_at).desc())
    ).all()
    return len(until), until[0] if until else None
