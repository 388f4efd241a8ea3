"""Finds what happened to the requests for one name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from cers_app.accounts import store as accounts
from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.mail.letters import NOBODY
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail
from cers_app.mail_request.store import EVENTS
from cers_app.storage.audit import AuditEvent
from cers_app.support.case import COUNTED_BACK, LOOKED_BACK, Ask, Case, Link, Sending, Standing
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from cers_app.values.masking import mask

KINDS = {event: kind for kind, event in EVENTS.items()} | {Event.INVITED: MailKind.INVITATION}
"""The events that call for a mail which support may explain."""
CHANGES = (Event.PASSWORD_CHANGED, Event.PASSWORD_DISOWNED)
MERGED = "merged"
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rows to look at: an account's, or those of a name without an account, by its keyed hash."""

    account_id: int | None
    identifiers: tuple[str, ...]
    """Under the portal's key, and under the previous key if one is set."""

    def rows(self) -> ColumnElement[bool]:
        """The condition for a row of the audit."""
        if self.account_id is not None:
            return col(AuditEvent.account_id) == self.account_id
        return col(AuditEvent.account_id).is_(None) & col(AuditEvent.identifier).in_(self.identifiers)


def named(session: Session, key: str, identifiers: tuple[str, ...]) -> Whose:
    """The owner of a normalized name, or the name itself. `identifiers` are its keyed hashes."""
    return Whose(accounts.id_of(session, key), identifiers)


def referred_to(session: Session, reference: str) -> Whose | None:
    """Whose request has this reference. `None` if there is no such request."""
    row = session.exec(select(AuditEvent).where(AuditEvent.reference == reference)).first()
    return Whose(row.account_id, (row.identifier,)) if row else None


def look_up(session: Session, whose: Whose, now: datetime, reference: str = "") -> tuple[Case, Sequence[AuditEvent]]:
    """The case, and its rows of the audit, oldest first. A reference names one of the requests, however old."""
    recent = select(AuditEvent).where(whose.rows(), col(AuditEvent.at) > now - LOOKED_BACK)
    newest = recent.order_by(col(AuditEvent.id).desc()).limit(MOST_STEPS)
    rows = session.exec(newest).all()[::-1]
    # Apart from the timeline: many failed sign-ins must not push a request out of it.
    asks = session.exec(newest.where(col(AuditEvent.event).in_(KINDS))).all()[::-1]
    meant = session.exec(select(AuditEvent).where(AuditEvent.reference == reference)).first() if reference else None
    account = session.get(Account, whose.account_id) if whose.account_id is not None else None
    row = meant if reference else asks[-1] if asks else None
    ask = _ask(row, asks) if row and row.event in KINDS else None
    mail = _mail(session, whose, ask) if ask else None
    link = _link(session, mail) if mail else None
    case = Case(
        standing=Standing[AccountState(account.state).name] if account else Standing.NOBODYS,
        username=account.username if account else "",
        masked=mask(account.email) if account else "",
        ask=ask,
        sending=_sending(mail) if mail else None,
        link=link,
        change=(Event(meant.event), meant.at) if meant and meant.event in CHANGES else None,
    )
    return case, rows


def mail_before(session: Session, row: AuditEvent) -> OutgoingMail | None:
    """The earlier mail that answers a merged request. `None` for any other row."""
    if row.event not in KINDS or row.detail != MERGED:
        return None
    return _mail(session, Whose(row.account_id, (row.identifier,)), _ask(row, ()))


def _ask(row: AuditEvent, asks: Sequence[AuditEvent]) -> Ask:
    since = row.at - COUNTED_BACK
    before = [each for each in asks if each.event == row.event and since < each.at <= row.at and each.id != row.id]
    return Ask(
        thing=Event(row.event),
        at=row.last_at,
        reference=row.reference,
        times=row.count + sum(each.count for each in before),
        is_merged=row.detail == MERGED,
        by_support=row.actor != "visitor",
    )


def _mail(session: Session, whose: Whose, ask: Ask) -> OutgoingMail | None:
    """The mail of a request, or the mail before it that a merged request relies on."""
    if whose.account_id is not None:
        mine = col(OutgoingMail.account_id) == whose.account_id
    else:
        mine = col(OutgoingMail.identifier).in_(whose.identifiers)
    its = col(OutgoingMail.created_at) <= ask.at if ask.is_merged else OutgoingMail.reference == ask.reference
    mails = select(OutgoingMail).where(mine, OutgoingMail.kind == KINDS[ask.thing], its)
    return session.exec(mails.order_by(col(OutgoingMail.created_at).desc())).first()


def _sending(mail: OutgoingMail) -> Sending:
    return Sending(
        mail_id=mail.id,
        device=mail.device,
        next_try_at=mail.due_at,
        sent_at=mail.sent_at,
        is_failed=mail.state == MailState.FAILED,
        is_dropped=mail.state == MailState.SENT and mail.template == NOBODY,
        attempts=mail.attempts,
        why=mail.why,
    )


def _link(session: Session, mail: OutgoingMail) -> Link | None:
    """The newest link of a mail. Each try to send a mail makes one."""
    links = select(ResetLink).where(ResetLink.mail_id == mail.id).order_by(col(ResetLink.created_at).desc())
    link = session.exec(links).first()
    if link is None:
        return None
    return Link(
        sent_at=mail.sent_at or link.created_at,
        expires_at=link.expires_at,
        opened_at=link.opened_at,
        used_at=link.used_at,
        cancelled_at=link.cancelled_at,
        cancelled_why=WhyCancelled(link.cancelled_why) if link.cancelled_why else None,
    )
