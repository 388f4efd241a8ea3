"""The queue of mails in the database. A row holds no token and no text, and an address only where no account has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, func, insert, or_, update
from sqlmodel import Field, Session, SQLModel, col, select


class MailKind(StrEnum):
    """Which mail."""

    USERNAME_REMINDER = "username_reminder"
    RESET_LINK = "reset_link"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a mail
    EMAIL_CHANGED = "email_changed"


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(SQLModel, table=True):
    """One mail that was asked for. A row for nobody (`account_id` empty) is worked like any other, but for sending."""

    __tablename__ = "outgoing_mail"
    # The worker looks every second, under the write lock: what was sent long ago must not be read for that.
    __table_args__ = (Index("ix_outgoing_mail_state_due_at", "state", "due_at"),)

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=30)
    identifier: str = Field(default="", max_length=64, index=True)
    """Keyed hash of what was typed, under which requests are counted."""
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    address: str = Field(default="", max_length=254)
    """Only of people without an account (what they typed), and of an account's former address; wiped once sent."""
    template: str = Field(default="", max_length=30)
    """Which letter came of it: what an account's state asks for when the worker takes the row."""
    language: str = Field(default="en", max_length=10)
    state: str = Field(default=MailState.WAITING, max_length=10)
    created_at: datetime = Field(index=True)
    due_at: datetime
    leased_until: datetime | None = None
    attempts: int = 0
    trying_since: datetime | None = None
    """Since when it is tried; empty: since it was asked for."""
    sent_at: datetime | None = Field(default=None, index=True)
    why: str = Field(default="", max_length=200)
    request_id: str = Field(default="", max_length=32)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A mail to be queued."""

    id: str
    kind: MailKind
    account_id: int | None
    identifier: str = ""
    language: str = "en"
    request_id: str = ""
    address: str = ""
    delay: timedelta = timedelta()


LEASE = timedelta(minutes=2)
"""A worker that has not reported in this time is taken for dead, and its mails are tried again."""
FIRST_GAP = timedelta(seconds=10)
LONGEST_GAP = timedelta(minutes=10)
KEPT_TRYING = timedelta(hours=1)
"""After this time a mail is given up: who asked has asked again by then."""


def enqueue(session: Session, ticket: Ticket, now: datetime) -> None:
    """Queue a mail in the unit of work of `session`."""
    session.connection().execute(
        insert(OutgoingMail),
        {
            "id": ticket.id,
            "kind": str(ticket.kind),
            "account_id": ticket.account_id,
            "address": ticket.address,
            "identifier": ticket.identifier,
            "template": "",
            "language": ticket.language,
            "state": str(MailState.WAITING),
            "created_at": now,
            "due_at": now + ticket.delay,
            "attempts": 0,
            "why": "",
            "request_id": ticket.request_id,
        },
    )


def claim(session: Session, now: datetime, batch: int, lease: timedelta = LEASE) -> list[OutgoingMail]:
    """Lease up to `batch` mails that are due. In a writing unit of work, so that no two workers get the same."""
    due = select(OutgoingMail.id).where(
        OutgoingMail.state == MailState.WAITING,
        OutgoingMail.due_at <= now,
        or_(col(OutgoingMail.leased_until).is_(None), col(OutgoingMail.leased_until) < now),
    )
    # In turn, whosever it is: under the ceiling one's own mail would else come sooner when another name is nobody's.
    ids = list(session.exec(due.order_by(col(OutgoingMail.due_at)).limit(batch)))
    session.connection().execute(
        update(OutgoingMail)
        .where(col(OutgoingMail.id).in_(ids))
        .values(leased_until=now + lease, attempts=OutgoingMail.attempts + 1)
    )
    taken = select(OutgoingMail).where(col(OutgoingMail.id).in_(ids)).order_by(col(OutgoingMail.due_at))
    return list(session.exec(taken))


def renew(session: Session, mail: OutgoingMail, now: datetime, lease: timedelta = LEASE) -> bool:
    """Begin a lease anew just before its mail is sent; false when another worker has the mail by now."""
    row = session.get_one(OutgoingMail, mail.id)
    if row.state != MailState.WAITING or row.attempts != mail.attempts:
        return False
    row.leased_until = now + lease
    return True


def give_back(session: Session, mails: Sequence[OutgoingMail]) -> None:
    """End the leases of mails that were not tried, unless another worker has them by now."""
    for mail in mails:
        row = session.get_one(OutgoingMail, mail.id)
        if row.state == MailState.WAITING and row.attempts == mail.attempts:
            row.leased_until, row.attempts = None, row.attempts - 1


def sent_since(session: Session, since: datetime) -> int:
    """How many mails were worked off since a time."""
    return session.exec(select(func.count()).where(col(OutgoingMail.sent_at) > since)).one()


def mark_sent(session: Session, mail_id: str, now: datetime) -> None:
    """The mail was accepted by the mail server, or there was nobody to send it to."""
    mail = session.get_one(OutgoingMail, mail_id)
    mail.state, mail.sent_at, mail.leased_until, mail.why, mail.address = MailState.SENT, now, None, "", ""


def mark_not_sent(  # noqa: PLR0913 - one argument a fact
    session: Session, leased: OutgoingMail, now: datetime, why: str, *, is_final: bool, chance: float = 0
) -> bool:
    """The mail was not accepted; it is tried again after a growing gap, or given up. Whether it was given up.

    Nothing happens to a mail that another worker has by now, or has sent: whoever was silent for too long is not asked.
    `chance`, from 0 to 1, makes the gap up to a quarter longer: mails that failed together do not come back together.
    """
    mail = session.get_one(OutgoingMail, leased.id)
    if mail.state != MailState.WAITING or mail.attempts != leased.attempts:
        return False
    mail.leased_until, mail.why = None, why[:200]
    gap = min(FIRST_GAP * 2 ** min(mail.attempts - 1, 10), LONGEST_GAP)
    mail.due_at = now + gap * (1 + chance / 4)
    if is_final or mail.due_at > (mail.trying_since or mail.created_at) + KEPT_TRYING:
        mail.state = MailState.FAILED
    return mail.state == MailState.FAILED


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the queue finds, rows for nobody left out."""

    waiting: int
    oldest: datetime | None
    """When the oldest that waits was asked for, or tried anew."""
    failed: int


def look(session: Session) -> Seen:
    """How many mails for people wait, since when, and how many were given up."""
    is_for_somebody = or_(col(OutgoingMail.account_id).is_not(None), col(OutgoingMail.address) != "")
    since = func.coalesce(OutgoingMail.trying_since, OutgoingMail.created_at)
    by_state = select(OutgoingMail.state, func.count(), func.min(since)).where(is_for_somebody)
    kept = col(OutgoingMail.state) != MailState.SENT
    found = {state: (count, oldest) for state, count, oldest in session.exec(by_state.where(kept).group_by("state"))}
    waiting, oldest = found.get(MailState.WAITING, (0, None))
    return Seen(waiting, oldest, found.get(MailState.FAILED, (0, None))[0])


def failed(session: Session) -> list[OutgoingMail]:
    """Every mail that was given up, the oldest first."""
    given_up = select(OutgoingMail).where(OutgoingMail.state == MailState.FAILED)
    return list(session.exec(given_up.order_by(col(OutgoingMail.created_at))))


def retry(session: Session, mail_id: str, now: datetime) -> bool:
    """Try a mail anew that was given up, for as long as a new one; false when it is no such mail."""
    mail = session.get(OutgoingMail, mail_id)
    if mail is None or mail.state != MailState.FAILED:
        return False
    mail.state, mail.due_at, mail.trying_since, mail.attempts = MailState.WAITING, now, now, 0
    return True
