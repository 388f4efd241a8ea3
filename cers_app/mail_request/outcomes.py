"""The outcomes of asking for a mail."""

from dataclasses import dataclass
from datetime import datetime

from cers_app.values.limits import TooManyRequests


@dataclass(frozen=True, slots=True)
class Receipt:
    """Lets a tab ask again without new characters. A receipt never leaves the server."""

    name_key: str
    first_at: datetime
    last_at: datetime
    typed: str = ""
    """A username as the visitor typed it. Empty for an email address, because the page shows only its mask."""
    is_own: bool = True
    """Whether the visitor typed the name. Otherwise the page shows nothing of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The portal accepted the request. Known and unknown names get the same outcome.

    The mask hides part of the typed address. A username has no mask, or in classic disclosure its account's.
    """

    masked_address: str
    receipt: Receipt
    again_at: datetime
    reference: str
    """What page, mail and support staff call this request."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """`True` marks a field that is empty, or holds no possible username or address."""

    identifier: bool
    characters: bool
    not_an_identifier: bool = False


@dataclass(frozen=True, slots=True)
class WrongCharacters:
    """The characters did not match the picture."""


@dataclass(frozen=True, slots=True)
class CharactersExpired:
    """The visitor answered the challenge too late."""


@dataclass(frozen=True, slots=True)
class UnknownUsername:
    """No account has this username. Only classic disclosure says so."""


@dataclass(frozen=True, slots=True)
class CheckNeeded:
    """The visitor's network asked for much, so the browser must do a check. `effort` is at least 1."""

    effort: int


RequestOutcome = (
    Asked | Incomplete | WrongCharacters | CharactersExpired | CheckNeeded | TooManyRequests | UnknownUsername
)


@dataclass(frozen=True, slots=True)
class TooEarly:
    """The tab asked a moment ago. It may ask again at `again_at` (UTC)."""

    again_at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """This tab did not ask, or asked too long ago. The visitor starts over with new characters."""


AgainOutcome = Asked | TooEarly | Forgotten | TooManyRequests
