"""Queries about accounts, each in the unit of work of the given session."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, update
from sqlmodel import Session, col, select

from cers_app.accounts.models import (
    Account,
    AccountState,
    Identifier,
    KnownBrowser,
    ResetLink,
    SessionClaim,
    SignInSession,
)
from cers_app.values.cancellation import WhyCancelled


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The fields of a new account. `username_key` and `email_key` are normalized, and the rest is as typed."""

    username_key: str
    email_key: str
    username: str
    email: str
    first_name: str
    last_name: str
    password_hash: str | None
    state: AccountState = AccountState.ACTIVE


@dataclass(frozen=True, slots=True)
class IdentifierTaken:
    """The username or the email address already belongs to an account."""

    key: str


def find(session: Session, key: str) -> Account | None:
    """The account that a normalized key names. This takes one lookup by primary key, with or without an account."""
    return session.exec(select(Account).join(Identifier).where(Identifier.key == key)).one_or_none()


def id_of(session: Session, key: str) -> int | None:
    """The id of the account that a normalized key names. One row comes back, with or without an account.

    `find` would load the account's row, and so take longer when there is an account.
    """
    account_id: int | None = session.connection().execute(_ID_OF, {"its_key": key}).scalar_one()
    return account_id


# Built once, because every request runs this query.
_ID_OF = select(select(Identifier.account_id).where(Identifier.key == bindparam("its_key")).scalar_subquery())


def keys_of(session: Session, account_id: int) -> list[str]:
    """Every normalized key that names an account."""
    return list(session.exec(select(Identifier.key).where(Identifier.account_id == account_id)))


COLUMNS = ("username", "email", "first_name", "last_name", "password_hash", "state")


def columns_of(new: NewAccount) -> dict[str, Any]:
    """The columns that a new account brings along."""
    return {name: getattr(new, name) for name in COLUMNS}


def create(session: Session, new: NewAccount, now: datetime) -> Account | IdentifierTaken:
    """Create an account and its one or two identifiers."""
    keys = sorted({new.username_key, new.email_key})
    taken = session.exec(select(Identifier.key).where(col(Identifier.key).in_(keys))).first()
    if taken:
        return IdentifierTaken(taken)
    account = Account(**columns_of(new), created_at=now)
    session.add(account)
    session.flush()
    session.add_all([Identifier(key=key, account_id=identity(account)) for key in keys])
    session.flush()
    return account


def identity(account: Account) -> int:
    """The id of a stored account."""
    if account.id is None:
        msg = "the account is not stored yet"
        raise ValueError(msg)
    return account.id


def end_sessions(session: Session, account_id: int) -> int:
    """End every session of an account and every right to open a session. Returns how many sessions there were."""
    session.connection().execute(delete(SessionClaim).where(col(SessionClaim.account_id) == account_id))
    ended = session.connection().execute(delete(SignInSession).where(col(SignInSession.account_id) == account_id))
    return ended.rowcount


def is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a reset link works."""
    return col(ResetLink.used_at).is_(None), col(ResetLink.cancelled_at).is_(None), col(ResetLink.expires_at) > now


def cancel_links(session: Session, account_id: int, why: WhyCancelled, now: datetime) -> None:
    """Cancel every link of an account that still works."""
    session.connection().execute(
        update(ResetLink)
        .where(col(ResetLink.account_id) == account_id, *is_live(now))
        .values(cancelled_at=now, cancelled_why=why)
    )


def cancel_links_of(session: Session, mail_id: str, why: WhyCancelled, now: datetime) -> int:
    """Cancel the links of one mail that still work. Returns how many there were."""
    links = update(ResetLink).where(col(ResetLink.mail_id) == mail_id, *is_live(now))
    return session.connection().execute(links.values(cancelled_at=now, cancelled_why=why)).rowcount


def forget_browsers(session: Session, account_id: int) -> None:
    """Forget every browser of an account, so a browser that used the former password is a stranger again."""
    session.connection().execute(delete(KnownBrowser).where(col(KnownBrowser.account_id) == account_id))
