"""Finds the recipient of a requested mail. The worker does this later, so the page that asked learns nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal
from sqlmodel import Integer, Session, col, select

from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.store import identity
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.values.identifiers import is_email

NO_ACCOUNT, NOT_ACTIVE, DISABLED, NOBODY = "no_account", "account_not_active", "account_disabled", "nobody"
UNUSABLE = {AccountState.NOT_ACTIVATED: NOT_ACTIVE, AccountState.DISABLED: DISABLED}


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone with an account."""

    account_id: int | None
    username: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Someone whose account is not active. `template` says why."""

    holder: Holder
    template: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """Someone who typed an email address that has no account."""

    address: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is no one to write to, but the worker does the same work."""


Recipient = Holder | Unusable | Stranger | Nobody

PLACEHOLDER = Holder(None, "nobody", "nobody@example.com", "No Body")
"""The made-up recipient of a mail that the worker writes and then drops."""


def recipient_of(session: Session, mail: OutgoingMail, last_told: datetime) -> Recipient:
    """The recipient of a row in the queue. Every recipient takes the same statements.

    An address without an account gets no second letter if it got one since `last_told`.
    """
    account = session.exec(select(Account).where(col(Account.id) == literal(mail.account_id, Integer))).one_or_none()
    was_told = _was_told(session, mail, last_told)
    if account is None:
        return Nobody() if was_told or not is_email(mail.address) else Stranger(mail.address)
    if account.state == AccountState.ACTIVE:
        return holder_of(account)
    return Unusable(holder_of(account), UNUSABLE[account.state])


def _was_told(session: Session, mail: OutgoingMail, last_told: datetime) -> bool:
    """Whether the address got this letter lately. The portal cannot be used to flood other people's mailboxes."""
    earlier = select(OutgoingMail.id).where(
        OutgoingMail.identifier == mail.identifier,
        OutgoingMail.template == NO_ACCOUNT,
        OutgoingMail.state != MailState.FAILED,
        OutgoingMail.id != mail.id,
        col(OutgoingMail.created_at) > last_told,
    )
    return session.exec(earlier.limit(1)).first() is not None


def holder_of(account: Account) -> Holder:
    """The person an account belongs to."""
    name = f"{account.first_name} {account.last_name}".strip()
    return Holder(identity(account), account.username, account.email, name)
