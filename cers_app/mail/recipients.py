"""Finds the recipient of a requested mail. The worker does this later, so the page that asked learns nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.store import identity
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.storage.database import Database
from cers_app.values.identifiers import is_email

NO_ACCOUNT, NOT_ACTIVE, DISABLED, NOBODY = "no_account", "account_not_active", "account_disabled", "nobody"


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


class Recipients:
    """Finds the recipient of a row in the queue."""

    def __init__(self, database: Database, clock: Callable[[], datetime], stranger_gap: timedelta) -> None:
        """`stranger_gap` is the shortest time between two mails to an address without an account."""
        self._database, self._clock, self._stranger_gap = database, clock, stranger_gap

    def of(self, mail: OutgoingMail) -> Recipient:
        """Return the recipient, and record in the row which letter they get."""
        found: Recipient
        with self._database.writing() as session:
            account = session.get(Account, mail.account_id) if mail.account_id else None
            if account is not None:
                found, template = _holder(account, mail.kind)
            elif is_email(mail.address) and not self._was_told(session, mail):
                found, template = Stranger(mail.address), NO_ACCOUNT
            else:
                found, template = Nobody(), NOBODY
            session.get_one(OutgoingMail, mail.id).template = template
        return found

    def _was_told(self, session: Session, mail: OutgoingMail) -> bool:
        """Whether the address got this letter lately. The portal cannot be used to flood other people's mailboxes."""
        earlier = select(OutgoingMail.id).where(
            OutgoingMail.identifier == mail.identifier,
            OutgoingMail.template == NO_ACCOUNT,
            OutgoingMail.state != MailState.FAILED,
            OutgoingMail.id != mail.id,
            col(OutgoingMail.created_at) > self._clock() - self._stranger_gap,
        )
        return session.exec(earlier.limit(1)).first() is not None


def _holder(account: Account, kind: str) -> tuple[Holder | Unusable, str]:
    name = f"{account.first_name} {account.last_name}".strip()
    holder = Holder(identity(account), account.username, account.email, name)
    match account.state:
        case AccountState.NOT_ACTIVATED:
            return Unusable(holder, NOT_ACTIVE), NOT_ACTIVE
        case AccountState.DISABLED:
            return Unusable(holder, DISABLED), DISABLED
        case _:
            return holder, kind
