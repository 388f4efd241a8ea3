"""The form that sets a new password, and the outcomes."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cers_app.mail_request.outcomes import Asked
from cers_app.new_password.policy import Weak
from cers_app.reset_password.links import LinkFacts, LinkState
from cers_app.values import forms
from cers_app.values.limits import TooManyRequests


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """A new password, and the link that the page showed the form for."""

    link: str
    """The link's `public_id`. Empty from a page that was not live, because it did not know its link."""
    password: str

    @classmethod
    def parse(cls, form: object) -> "NewPasswordForm":
        """Read both fields from any form, however broken."""
        return cls(forms.text(form, "link"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class OtherLink:
    """This browser opened another link after it showed the form."""

    AUDITED_AS: ClassVar[str] = "OtherLink"


Refusal = Weak | OtherLink | TooManyRequests | LinkState
"""Why a link sets no password."""


@dataclass(frozen=True, slots=True)
class AlreadyRenewed:
    """The dead link has already sent a fresh link. `at` is in UTC."""

    at: datetime


RenewOutcome = Asked | AlreadyRenewed | TooManyRequests | LinkState


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """A link and its owner's `names`. A new password must not be one of them."""

    facts: LinkFacts
    names: tuple[str, ...]
    renewed_at: datetime | None = None
    email_key: str = ""
    """The account's normalized email address. Mails count under it."""
