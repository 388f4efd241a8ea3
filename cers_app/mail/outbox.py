"""The queue of mails in the database. A row holds no token, no text, and no address that an account has now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from sqlalchemy import BindParameter, ColumnElement, Index, bindparam, func, insert, or_, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from cers_app.storage.database import BY_OLDER_RELEASES
from cers_app.values.reference import new_reference
from cers_app.values.visitor import Visitor
from cers_app.values.world import World


class MailKind(StrEnum):
    """The kinds of mail that a row can ask for."""

    USERNAME_REMINDER = "username_reminder"
    RESET_LINK = "reset_link"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a mail
    EMAIL_CHANGED = "email_changed"
    GUESSED = "guessed"
    INVITATION = "invitation"


class MailState(StrEnum):
    """Whether a mail still waits, was sent, or was given up."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(SQLModel, table=True):
    """One requested mail. The worker processes a row without a recipient like any other, but sends nothing."""

    __tablename__ = "outgoing_mail"
    # The worker looks every second and holds the write lock, so it must not read mails that were sent long ago, or
    # invitations that are due together after hours without a mail server.
    # For each mail, it also counts earlier requests for the same mailbox, the same domain and any address. Without
    # requests by username, which have neither, these counts never read further than their limits.
    __table_args__ = (
        Index("ix_outgoing_mail_state_due_at", "state", "due_at"),
        Index("ix_outgoing_mail_asked_state_due_at", "state", "due_at", sqlite_where=text("kind != 'invitation'")),
        Index("ix_outgoing_mail_mailbox_created_at", "mailbox", "created_at", sqlite_where=text("mailbox != ''")),
        Index("ix_outgoing_mail_domain_created_at", "domain", "created_at", sqlite_where=text("domain != ''")),
        Index("ix_outgoing_mail_address_created_at", "created_at", sqlite_where=text("domain != ''")),
    )

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=30)
    identifier: str = Field(default="", max_length=64, index=True)
    """Keyed hash of the typed name. Limits count requests under this hash."""
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    address: str = Field(default="", max_length=254)
    """Only a typed address without an account, or an account's former address. The worker wipes it after sending."""
    template: str = Field(default="", max_length=30)
    """The letter that the account's state called for when the worker took the row."""
    language: str = Field(default="en", max_length=10)
    state: str = Field(default=MailState.WAITING, max_length=10)
    created_at: datetime = Field(index=True)
    due_at: datetime
    leased_until: datetime | None = None
    attempts: int = 0
    trying_since: datetime | None = None
    """When the tries began. If empty, they began with the request."""
    sent_at: datetime | None = Field(default=None, index=True)
    why: str = Field(default="", max_length=200)
    request_id: str = Field(default="", max_length=32)
    reference: str = Field(default="", max_length=8, sa_column_kwargs=BY_OLDER_RELEASES)
    """What the page and the mail call the request (`values/reference.py`)."""
    device: str = Field(default="", max_length=60, sa_column_kwargs=BY_OLDER_RELEASES)
    """The browser and device of the request, in words."""
    mailbox: str = Field(default="", max_length=64, sa_column_kwargs=BY_OLDER_RELEASES)
    """Keyed hash of the mailbox of a typed address, with or without an account. Empty for a username."""
    domain: str = Field(default="", max_length=64, sa_column_kwargs=BY_OLDER_RELEASES)
    """Keyed hash of the domain of a typed address."""

    @property
    def is_by_support(self) -> bool:
        """Whether staff sent the mail on the command line, so no browser's request asked for it."""
        return not self.request_id

    @property
    def is_bounced(self) -> bool:
        """Whether a mail server accepted the mail, and it came back later."""
        return self.state == MailState.FAILED and self.sent_at is not None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a mail comes from, as the mail itself says it."""

    reference: str
    device: str = ""
    """`Chrome on Windows`. Empty if support sent the mail."""
    request_id: str = ""
    """Empty if support sent the mail."""

    @classmethod
    def of(cls, visitor: Visitor, world: World) -> Self:
        """A visitor's request, with a new reference."""
        return cls(new_reference(world.new_id), visitor.device, visitor.request_id)

    @classmethod
    def by_support(cls, world: World) -> Self:
        """A mail that staff send on the command line."""
        return cls(new_reference(world.new_id))


LEASE = timedelta(minutes=3)
"""A worker that is silent for this long counts as dead, and other workers try its mails again."""
FIRST_GAP = timedelta(seconds=10)
LONGEST_GAP = timedelta(minutes=10)
KEPT_TRYING = timedelta(hours=1)
"""After this time the worker gives a mail up. By then, the person has asked again."""


def enqueue(  # noqa: PLR0913 - one argument per column
    session: Session,
    world: World,
    kind: MailKind,
    account_id: int | None,
    origin: Origin,
    *,
    identifier: str = "",
    address: str = "",
    mailbox: str = "",
    domain: str = "",
    delay: timedelta = timedelta(),
) -> str:
    """Queue a mail in the unit of work of `session`. Returns the mail's id."""
    mail_id, now = world.new_id(), world.now()
    row = {
        "id": mail_id,
        "kind": str(kind),
        "account_id": account_id,
        "identifier": identifier,
        "address": address,
        "mailbox": mailbox,
        "domain": domain,
        "request_id": origin.request_id,
        "reference": origin.reference,
        "device": origin.device,
        "created_at": now,
        "due_at": now + delay,
    }
    # A plain insert costs a request less than a flush of the session, and a row less than an object.
    session.connection().execute(insert(OutgoingMail), row)
    return mail_id


def due(session: Session, now: datetime, most: int, invitations: int = 0) -> list[OutgoingMail]:
    """Up to `most` mails that a worker may lease, those that have been due the longest first.

    If nobody waits for a mail, the result is up to `invitations` of those instead.
    """
    # Rows without a recipient wait their turn as well. Otherwise, under the ceiling, people could tell from how soon
    # their own mail comes that another name has no account.
    waiting, at = select(OutgoingMail).where(*_is_due()).order_by(col(OutgoingMail.due_at)), {"now": now}
    # The database takes the index without invitations only for the very words of its condition.
    asked_for = list(session.exec(waiting.where(text("kind != 'invitation'")).limit(most), params=at))
    return asked_for or list(session.exec(waiting.where(_is_invitation()).limit(invitations), params=at))


def claim(session: Session, mail_id: str, now: datetime, lease: timedelta = LEASE) -> OutgoingMail | None:
    """Lease a mail just before it is sent. Returns `None` if another worker has the mail by now.

    Call in a writing unit of work, so no two workers get the same mail.
    """
    mail = session.exec(_DUE, params={"mail_id": mail_id, "now": now}).one_or_none()
    if mail:
        mail.leased_until, mail.attempts = now + lease, mail.attempts + 1
        # A mail that no worker could try gets its whole hour as well.
        mail.trying_since = mail.trying_since or now
        session.flush()
    return mail


def _is_invitation() -> ColumnElement[bool]:
    return col(OutgoingMail.kind) == MailKind.INVITATION


def _is_due() -> tuple[ColumnElement[bool], ...]:
    now: BindParameter[datetime] = bindparam("now")
    return (
        col(OutgoingMail.state) == MailState.WAITING,
        col(OutgoingMail.due_at) <= now,
        or_(col(OutgoingMail.leased_until).is_(None), col(OutgoingMail.leased_until) < now),
    )


_DUE = select(OutgoingMail).where(OutgoingMail.id == bindparam("mail_id"), *_is_due())
"""One mail, if a worker may lease it. The statement is built once, because every mail runs it."""


def sent_since(session: Session, since: datetime) -> int:
    """How many mails the workers finished since a time, including rows without a recipient."""
    return session.exec(select(func.count()).where(col(OutgoingMail.sent_at) > since)).one()


def mark_sent(session: Session, mail_id: str, now: datetime) -> None:
    """Record that the mail server accepted the mail, or that the mail had no recipient."""
    sent = {"state": MailState.SENT, "sent_at": now, "leased_until": None, "why": "", "address": ""}
    # A worker that was silent for too long changes nothing: by now the mail may have been sent, and come back.
    waiting = col(OutgoingMail.id) == mail_id, col(OutgoingMail.state) == MailState.WAITING
    session.connection().execute(update(OutgoingMail).where(*waiting).values(sent))


def mark_not_sent(  # noqa: PLR0913 - one argument per fact
    session: Session, leased: OutgoingMail, now: datetime, why: str, *, is_final: bool, chance: float = 0
) -> bool:
    """Schedule another try after a growing gap, or give the mail up. Returns whether it was given up.

    A worker that was silent for too long changes nothing here: by now another worker has the mail, or has sent it.
    `chance`, from 0 to 1, makes the gap up to a quarter longer, so mails that failed together do not return together.
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


def mark_bounced(mail: OutgoingMail, status: str) -> str:
    """Record that a mail came back after a mail server had accepted it. Returns the reason as the queue keeps it."""
    mail.state, mail.why = MailState.FAILED, f"bounced {status}"
    return mail.why


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at the queue, without the rows that have no recipient. Nobody waits for the invitations."""

    waiting: int
    oldest: datetime | None
    """When the oldest waiting mail was requested, or last revived by `mail retry`."""
    failed: int
    invitations: int
    """How many wait."""


def look(session: Session) -> Seen:
    """Count the mails that wait and the mails that were given up, without rows that have no recipient."""
    is_for_somebody = or_(col(OutgoingMail.account_id).is_not(None), col(OutgoingMail.address) != "")
    since = func.coalesce(OutgoingMail.trying_since, OutgoingMail.created_at)
    by_state = select(OutgoingMail.state, func.count(), func.min(since)).where(is_for_somebody)
    is_later = _is_invitation() & (col(OutgoingMail.state) == MailState.WAITING)
    kept = by_state.where(col(OutgoingMail.state) != MailState.SENT, ~is_later)
    found = {state: (count, oldest) for state, count, oldest in session.exec(kept.group_by("state"))}
    waiting, oldest = found.get(MailState.WAITING, (0, None))
    invitations = session.exec(select(func.count()).where(is_later)).one()
    return Seen(waiting, oldest, found.get(MailState.FAILED, (0, None))[0], invitations)


def failed(session: Session) -> list[OutgoingMail]:
    """Every mail that was given up, oldest first."""
    given_up = select(OutgoingMail).where(OutgoingMail.state == MailState.FAILED)
    return list(session.exec(given_up.order_by(col(OutgoingMail.created_at))))


def retry(mail: OutgoingMail, now: datetime) -> None:
    """Revive a mail that was given up, and try it as long as a new mail."""
    mail.state, mail.due_at, mail.trying_since, mail.attempts = MailState.WAITING, now, now, 0
