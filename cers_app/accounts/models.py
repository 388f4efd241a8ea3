"""The tables of people: accounts, their identifiers, sessions, reset links, and the browsers they are known from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import AutoString, Field, SQLModel

# Named constraints can be changed by a migration on every database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class AccountState(StrEnum):
    """What an account may do; only `active` signs in or gets a reset link."""

    ACTIVE = "active"
    NOT_ACTIVATED = "not_activated"
    DISABLED = "disabled"


class Account(SQLModel, table=True):
    """One person's account."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=254)
    email: str = Field(max_length=254)
    first_name: str = Field(max_length=100)
    last_name: str = Field(max_length=100)
    password_hash: str | None = Field(default=None, max_length=512)
    state: AccountState = Field(default=AccountState.ACTIVE, sa_type=AutoString)
    created_at: datetime
    last_sign_in_at: datetime | None = None
    previous_sign_in_at: datetime | None = None
    """The one before: what an owner compares with what they remember."""


class Identifier(SQLModel, table=True):
    """What may be typed for an account. One table, so that no username can be somebody else's email."""

    __tablename__ = "identifier"

    key: str = Field(primary_key=True, max_length=254)
    account_id: int = Field(foreign_key="account.id", index=True)


class SignInSession(SQLModel, table=True):
    """An open session; the browser holds the token, the table its SHA-256."""

    __tablename__ = "session"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    opened_at: datetime
    seen_at: datetime
    ip: str = Field(default="", max_length=64)
    """Where it was opened from, for its owner to recognise."""


class SessionClaim(SQLModel, table=True):
    """The right to open one session, within seconds and from one browser."""

    __tablename__ = "session_claim"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    browser: str = Field(max_length=64)
    expires_at: datetime = Field(index=True)


class ResetLink(SQLModel, table=True):
    """A mailed link; the mail holds the token, the table its SHA-256."""

    __tablename__ = "reset_link"
    __table_args__ = (CheckConstraint("used_at IS NULL OR cancelled_at IS NULL", name="one_end"),)

    digest: str = Field(primary_key=True, max_length=64)
    public_id: str = Field(unique=True, max_length=32)
    account_id: int = Field(foreign_key="account.id", index=True)
    mail_id: str = Field(foreign_key="outgoing_mail.id", index=True, max_length=32)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_why: str | None = Field(default=None, max_length=40)
    opened_at: datetime | None = None
    """When it was last opened in a browser; for some minutes from then the browser may use it."""
    renewed_at: datetime | None = None
    """When its page, the link being dead, sent a fresh one; it does so once."""


class KnownBrowser(SQLModel, table=True):
    """A browser that signed in to an account or reset it; the browser holds the token, the table its SHA-256."""

    __tablename__ = "known_browser"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(primary_key=True, foreign_key="account.id", index=True)
    seen_at: datetime
    first_digest: str | None = Field(default=None, max_length=64)
    """Of the first token under which the account knew it, once that was replaced; its failures count under it."""
