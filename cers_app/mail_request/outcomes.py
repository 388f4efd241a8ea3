"""What is typed to ask for a mail, and what may come of it."""

from dataclasses import dataclass
from datetime import datetime

from cers_app.values import forms
from cers_app.values.limits import TooManyRequests

NO_CHALLENGE = "?"
"""No challenge has this id."""


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What was typed to ask for a mail."""

    identifier: str
    challenge: str
    """Empty on a page without scripts, which does not know the id of its own."""
    characters: str
    proof: str = ""
    """Instead of characters: what the browser has computed."""

    @classmethod
    def parse(cls, form: object) -> "RequestForm":
        """Take the fields from whatever was sent; one page calls the first of them `email`."""
        identifier = forms.text(form, "identifier") or forms.text(form, "email")
        challenge = forms.text(form, "challenge")
        # Ours are ASCII; half a character could not even be looked for.
        characters, proof = forms.text(form, "characters").strip(), forms.text(form, "altcha")
        return cls(identifier, challenge if challenge.isascii() else NO_CHALLENGE, characters, proof)

    @property
    def is_unanswered(self) -> bool:
        """Neither characters nor a proof."""
        return not self.characters and not self.proof


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the tab that asked may ask again for, without new characters; it never leaves the server."""

    name_key: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Asked for. Known or unknown, the answer is the same.

    The mask is of what was typed; for a username it is empty, or in classic disclosure the account's.
    """

    masked_address: str
    receipt: Receipt
    again_at: datetime


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
class UnknownUsername:
    """No account has this username. Said only in classic disclosure."""


RequestOutcome = Asked | Incomplete | WrongCharacters | CharactersExpired | TooManyRequests | UnknownUsername


@dataclass(frozen=True, slots=True)
class TooEarly:
    """It was asked for a moment ago; again at a time (UTC)."""

    again_at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Too long ago, or not in this tab: it begins anew, with new characters."""


AgainOutcome = Asked | TooEarly | Forgotten | TooManyRequests
