"""The form that changes a password, its outcomes, and the facts on the account page."""

from dataclasses import dataclass
from datetime import datetime

from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Weak
from cers_app.values import forms
from cers_app.values.events import Event
from cers_app.values.limits import TooManyRequests


@dataclass(frozen=True, slots=True)
class ChangePasswordForm:
    """What a visitor types to change the password."""

    current: str
    new: str

    @classmethod
    def parse(cls, form: object) -> "ChangePasswordForm":
        """Read both fields from any form, however broken."""
        return cls(forms.text(form, "current"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class Owner:
    """The person who is signed in. `session` is the digest of their session."""

    session: str
    account_id: int
    names: tuple[str, ...]
    password_hash: str | None
    failures_key: str
    """Wrong current passwords count under this key."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """`True` marks a field that the visitor left empty."""

    current: bool
    new: bool


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """The current password is incorrect."""


@dataclass(frozen=True, slots=True)
class SamePassword:
    """The new password is the current one."""


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """This browser has no live session."""


Refusal = Incomplete | SamePassword | TooManyRequests | Weak | NotSignedIn
"""Why the policy accepts no new password."""

ChangeOutcome = PasswordChanged | WrongPassword | TooManyRequests | NotSignedIn
"""What comes of an accepted new password."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in. `is_this` marks the browser that asks.

    `id` names the session to its owner, and opens nothing.
    """

    id: str
    device: str
    opened_at: datetime
    seen_at: datetime
    ip: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened `count` times to the account, the last time `at`."""

    event: Event
    at: datetime
    count: int
    ip: str
    device: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the account page shows the owner."""

    name: str
    username: str
    email: str
    previous_sign_in_at: datetime | None
    sessions: tuple[OpenSession, ...]
    steps: tuple[Step, ...]
    ends_at: datetime
    """When this session ends without further use, in UTC."""
    is_extendable: bool
    """Whether use makes this session last longer."""
