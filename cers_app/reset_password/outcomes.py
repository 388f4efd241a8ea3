"""What is typed to reset a password, and what may come of it."""

from dataclasses import dataclass
from datetime import datetime

from cers_app import forms
from cers_app.accounts.password_policy import Weak
from cers_app.reset_password.links import LinkFacts, LinkState


@dataclass(frozen=True, slots=True)
class ResetForm:
    """What was typed to ask for a link."""

    identifier: str
    challenge: str
    characters: str

    @classmethod
    def parse(cls, form: object) -> "ResetForm":
        """Take the three fields from whatever was sent."""
        return cls(
            forms.text(form, "identifier"), forms.text(form, "challenge"), forms.text(form, "characters").strip()
        )


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """What was typed to choose a new password, and the link the form was shown for."""

    link: str
    password: str

    @classmethod
    def parse(cls, form: object) -> "NewPasswordForm":
        """Take the two fields from whatever was sent."""
        return cls(forms.text(form, "link"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class LinkSent:
    """Asked for. Known or unknown, the answer is the same: the mask is of what was typed, empty for a username."""

    masked_address: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A field was left empty, or holds what can be nobody's username or address."""

    identifier: bool
    characters: bool
    not_an_identifier: bool = False


@dataclass(frozen=True, slots=True)
class WrongCharacters:
    """The characters did not match the picture."""


@dataclass(frozen=True, slots=True)
class CharactersExpired:
    """The characters ran out of time."""


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """Not before `retry_at` (UTC)."""

    retry_at: datetime


RequestOutcome = LinkSent | Incomplete | WrongCharacters | CharactersExpired | TooManyRequests


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The new password is set and every session has ended."""


@dataclass(frozen=True, slots=True)
class OtherLink:
    """Another link was opened in this browser since the form was shown."""


ChangeOutcome = PasswordChanged | Weak | OtherLink | LinkState


@dataclass(frozen=True, slots=True)
class LinkOwner:
    """Whose link it is: the names no password of theirs may be."""

    facts: LinkFacts
    names: tuple[str, ...]
