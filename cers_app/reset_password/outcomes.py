"""What is typed to choose a new password, and what may come of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Weak
from cers_app.reset_password.links import LinkFacts, LinkState
from cers_app.values import forms
from cers_app.values.limits import TooManyRequests


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """What was typed to choose a new password, and the link the form was shown for."""

    link: str
    """Empty on a page that was not live: it did not know which link it was for."""
    password: str

    @classmethod
    def parse(cls, form: object) -> "NewPasswordForm":
        """Take the two fields from whatever was sent."""
        return cls(forms.text(form, "link"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class OtherLink:
    """Another link was opened in this browser since the form was shown."""

    AUDITED_AS: ClassVar[str] = "OtherLink"


ChangeOutcome = PasswordChanged | Weak | OtherLink | LinkState


@dataclass(frozen=True, slots=True)
class NewLinkSent:
    """A fresh link was asked for, to the mailbox the dead one came to."""


@dataclass(frozen=True, slots=True)
class AlreadyRenewed:
    """The dead link has sent its fresh one, at a time (UTC)."""

    at: datetime


RenewOutcome = NewLinkSent | AlreadyRenewed | TooManyRequests | LinkState


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose link it is: the names no password of theirs may be."""

    facts: LinkFacts
    names: tuple[str, ...]
    renewed_at: datetime | None = None
