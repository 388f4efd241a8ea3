"""The tables of people: accounts, their identifiers, sessions, reset links and known browsers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import AutoString, Field, SQLModel

from cers_app.storage.database import BY_OLDER_RELEASES
from cers_app.values.digests import DIGEST

# A migration can change a named constraint on every database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class AccountState(StrEnum):
    """Whether people can use an account. Only an `active` account signs in or gets a reset link."""

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
    password_hash: str | None = Field(default=None, max_length=512, repr=False)
    state: AccountState = Field(default=AccountState.ACTIVE, sa_type=AutoString)
    created_at: datetime
    last_sign_in_at: datetime | None = None
    previous_sign_in_at: datetime | None = None
    """The sign-in before the last. Owners see this time and can compare it with what they remember."""
    invited_at: datetime | None = None
    """When the mail about setting up a password was queued. Nobody gets a second one."""

    @property
    def name(self) -> str:
        """The person's full name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_without_password(self) -> bool:
        """Whether the owner still has to set up the first password. An account with a void password was in use."""
        return self.state == AccountState.ACTIVE and not self.password_hash and not self.last_sign_in_at


class Identifier(SQLModel, table=True):
    """A username or email address that names an account. One table holds both, so no username is another's address."""

    __tablename__ = "identifier"

    key: str = Field(primary_key=True, max_length=254)
    account_id: int = Field(foreign_key="account.id", index=True)


class SignInSession(SQLModel, table=True):
    """An open session. The browser holds the token, and the table holds its digest and that of the browser's cookie."""

    __tablename__ = "session"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    opened_at: datetime
    seen_at: datetime
    ip: str = Field(default="", max_length=64)
    """The address that opened the session, so that its owner can recognize it."""
    device: str = Field(default="", max_length=60, sa_column_kwargs=BY_OLDER_RELEASES)
    """The browser and device that opened it, in words, for the same purpose."""
    browser: str = Field(default="", max_length=64, sa_column_kwargs=BY_OLDER_RELEASES)
    """The digest of the browser's cookie. Version 1.0.0 leaves it empty, until the next use fills it in."""

    def is_shown_by(self, shown: str) -> bool:
        """Whether a request belongs to this session. `shown` is the request's `session_digest`."""
        return self.digest == shown[:DIGEST] and self.browser in {"", shown[DIGEST:]}


class SessionClaim(SQLModel, table=True):
    """The right to open one session from one browser within seconds."""

    __tablename__ = "session_claim"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    browser: str = Field(max_length=64)
    expires_at: datetime = Field(index=True)


class ResetLink(SQLModel, table=True):
    """A mailed link. The mail holds the token, and the table holds its SHA-256."""

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
    """When a browser last opened the link. The browser may use the link for some minutes after that."""
    renewed_at: datetime | None = None
    """When the dead link's page sent a fresh link. The page does so only once."""


class KnownBrowser(SQLModel, table=True):
    """A browser that signed in or reset a password. The browser holds the token, and the table holds its SHA-256."""

    __tablename__ = "known_browser"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(primary_key=True, foreign_key="account.id", index=True)
    seen_at: datetime
    first_digest: str | None = Field(default=None, max_length=64)
    """SHA-256 of the first token the account knew, once a newer token replaced it. Failures count under this digest."""
