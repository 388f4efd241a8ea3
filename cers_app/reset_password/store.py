"""What resetting a password reads and writes; each method is one unit of work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from cers_app import audit, throttle
from cers_app.accounts import store as accounts
from cers_app.accounts.cancellation import WhyCancelled
from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.audit import Event
from cers_app.database import Database
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail, Ticket
from cers_app.reset_password.links import LinkFacts
from cers_app.reset_password.outcomes import LinkOwner
from cers_app.visitor import Visitor


@dataclass(frozen=True, slots=True)
class MailRule:
    """At most one mail in `gap`, and `most` in a link's `life`; see `ResetStore.ask`."""

    gap: timedelta
    most: int
    life: timedelta


@dataclass(frozen=True, slots=True)
class ResetParts:
    """What the store needs of the outside world."""

    database: Database
    hashed: Callable[[str], str]
    new_id: Callable[[], str]
    clock: Callable[[], datetime]


class ResetStore:
    """The tables behind resetting a password."""

    def __init__(self, parts: ResetParts, rule: MailRule | None) -> None:
        """Without a `rule` every request sends a mail (load tests)."""
        self._parts, self._rule, self._database = parts, rule, parts.database

    def ask(self, key: str, visitor: Visitor) -> None:
        """Queue a mail for the account a key names, or for nobody; the same statements for both."""
        now, identifier = self._parts.clock(), self._parts.hashed(key)
        with self._database.writing() as session:
            merged = self._rule is not None and _is_merged(session, identifier, self._rule, now)
            account = accounts.find(session, key)
            active = account is not None and account.state == AccountState.ACTIVE
            account_id = account.id if account is not None and active else None
            audit.record(
                session,
                Event.LINK_ASKED,
                at=now,
                visitor=visitor,
                account_id=account.id if account else None,
                identifier=identifier,
                detail="merged" if merged else "queued",
            )
            if not merged:
                ticket = Ticket(
                    self._parts.new_id(), MailKind.RESET_LINK, account_id, identifier, request_id=visitor.request_id
                )
                outbox.enqueue(session, ticket, now)

    def refused(self, why: str, visitor: Visitor) -> None:
        """Record a request that was refused before any look-up."""
        event = Event.VERIFICATION_FAILED if why == "verification failed" else Event.THROTTLED
        with self._database.writing() as session:
            audit.record(session, event, at=self._parts.clock(), visitor=visitor, detail="reset password")

    def owner(self, digest: str) -> LinkOwner | None:
        """The link with this digest, and whose it is."""
        with self._database.reading() as session:
            link = session.get(ResetLink, digest)
            if link is None:
                return None
            account = session.get_one(Account, link.account_id)
        return LinkOwner(
            LinkFacts(
                link.public_id, account.username, link.expires_at, link.used_at, link.cancelled_at, link.cancelled_why
            ),
            (account.username, account.email, f"{account.first_name} {account.last_name}"),
        )

    def opened(self, digest: str, visitor: Visitor) -> None:
        """Record that a link was opened."""
        with self._database.writing() as session:
            link = session.get(ResetLink, digest)
            audit.record(
                session,
                Event.LINK_OPENED if link else Event.LINK_REFUSED,
                at=self._parts.clock(),
                visitor=visitor,
                account_id=link.account_id if link else None,
                detail="" if link else "NoLink",
            )

    def not_consumed(self, digest: str, why: str, visitor: Visitor) -> None:
        """Record that a link was refused."""
        with self._database.writing() as session:
            link = session.get_one(ResetLink, digest)
            audit.record(
                session,
                Event.LINK_REFUSED,
                at=self._parts.clock(),
                visitor=visitor,
                account_id=link.account_id,
                detail=why,
            )

    def consume(self, digest: str, new_hash: str, visitor: Visitor) -> bool:
        """Use the link up, set the hash, end all sessions, queue the notice: all or nothing, and only once."""
        now = self._parts.clock()
        with self._database.writing() as session:
            won = session.connection().execute(
                update(ResetLink)
                .where(
                    col(ResetLink.digest) == digest,
                    col(ResetLink.used_at).is_(None),
                    col(ResetLink.cancelled_at).is_(None),
                    col(ResetLink.expires_at) > now,
                )
                .values(used_at=now)
            )
            if won.rowcount != 1:
                return False
            account_id = session.get_one(ResetLink, digest).account_id
            session.get_one(Account, account_id).password_hash = new_hash
            accounts.cancel_links(session, account_id, WhyCancelled.OTHER_LINK_USED, now)
            ended = accounts.end_sessions(session, account_id)
            for key in accounts.keys_of(session, account_id):
                throttle.forget(session, self._parts.hashed(key))
            for event, detail in (
                (Event.LINK_USED, ""),
                (Event.PASSWORD_CHANGED, "reset"),
                (Event.SESSIONS_ENDED, str(ended)),
            ):
                audit.record(session, event, at=now, visitor=visitor, account_id=account_id, detail=detail)
            notice = Ticket(self._parts.new_id(), MailKind.PASSWORD_CHANGED, account_id, request_id=visitor.request_id)
            outbox.enqueue(session, notice, now)
        return True


def _is_merged(session: Session, identifier: str, rule: MailRule, now: datetime) -> bool:
    """Whether a request sends nothing because a mail was just sent, or three were and one has life enough left.

    The same for identifiers that match no account: their rows lie in the queue too.
    """
    rows = session.exec(
        select(OutgoingMail.id, OutgoingMail.created_at, OutgoingMail.sent_at)
        .distinct()
        .outerjoin(ResetLink, col(ResetLink.mail_id) == col(OutgoingMail.id))
        .where(
            OutgoingMail.identifier == identifier,
            OutgoingMail.kind == MailKind.RESET_LINK,
            OutgoingMail.state != MailState.FAILED,
            OutgoingMail.created_at > now - rule.life,
            or_(
                col(ResetLink.digest).is_(None),
                col(ResetLink.used_at).is_(None) & col(ResetLink.cancelled_at).is_(None),
            ),
        )
        .order_by(col(OutgoingMail.created_at).desc())
        .limit(rule.most + 1)
    ).all()
    if not rows:
        return False
    _, asked_at, sent_at = rows[0]
    is_too_soon = now - asked_at < rule.gap
    is_fresh = now - (sent_at or asked_at) < rule.life * 2 / 3
    return is_too_soon or (len(rows) >= rule.most and is_fresh)
