"""What a signed-in person may ask of their account, and what may come of it."""

from dataclasses import dataclass
from datetime import datetime

from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Weak
from cers_app.values import forms
from cers_app.values.events import Event
from cers_app.values.limits import TooManyRequests


@dataclass(frozen=True, slots=True)
class ChangePasswordForm:
    """What was typed to change a password."""

    current: str
    new: str

    @classmethod
    def parse(cls, form: object) -> "ChangePasswordForm":
        """Take the two fields from whatever was sent."""
        return cls(forms.text(form, "current"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is signed in, as the tables know them; `session` is the digest of their session."""

    session: str
    account_id: int
    names: tuple[str, ...]
    password_hash: str | None
    failures_key: str
    """Under which their wrong current passwords are counted."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A field was left empty."""

    current: bool
    new: bool


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """The current password is not right."""


@dataclass(frozen=True, slots=True)
class SamePassword:
    """The new password is the current one."""


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """The session has ended."""


ChangeOutcome = PasswordChanged | Incomplete | WrongPassword | SamePassword | TooManyRequests | Weak | NotSignedIn


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in."""

    opened_at: datetime
    seen_at: datetime
    ip: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to the account."""

    event: Event
    at: datetime
    count: int
    ip: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the owner of an account sees of it."""

    name: str
    username: str
    email: str
    previous_sign_in_at: datetime | None
    sessions: tuple[OpenSession, ...]
    steps: tuple[Step, ...]
