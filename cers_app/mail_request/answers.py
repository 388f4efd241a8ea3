"""How the two journeys differ, and what a visitor reads when the portal refuses a request."""

from dataclasses import dataclass
from typing import assert_never

from cers_app.mail_request.flow import MailRequest
from cers_app.mail_request.outcomes import (
    CharactersExpired,
    CheckNeeded,
    Incomplete,
    UnknownUsername,
    WrongCharacters,
)
from cers_app.ui.fields import Field
from cers_app.values.answers import FORM, SOME_TIME, Problem, Refused, refused, refused_for
from cers_app.values.limits import TooManyRequests
from cers_app.verification.field import SYMBOLS
from cers_app.words import common
from cers_app.words import mail_request as texts
from cers_app.words import verification as verification_texts

NO_CHARACTERS = Problem("no-characters", SYMBOLS.id, verification_texts.ENTER_CHARACTERS)
WRONG_CHARACTERS = refused("wrong-characters", SYMBOLS.id, verification_texts.WRONG_CHARACTERS)
EXPIRED_CHARACTERS = refused("expired-characters", SYMBOLS.id, verification_texts.EXPIRED_CHARACTERS)
TOO_MANY_REQUESTS = refused("too-many-requests", FORM, common.NETWORK_TOO_MANY)
CHECK_NEEDED = refused("check-needed", FORM, verification_texts.OFFICE_CHECK_BY_ADDRESS)

Refusal = Incomplete | WrongCharacters | CharactersExpired | CheckNeeded | TooManyRequests | UnknownUsername
REFUSALS: tuple[Refusal, ...] = (
    Incomplete(identifier=True, characters=False),
    Incomplete(identifier=True, characters=True),
    Incomplete(identifier=False, characters=True),
    Incomplete(identifier=False, characters=False, not_an_identifier=True),
    Incomplete(identifier=False, characters=True, not_an_identifier=True),
    WrongCharacters(),
    CharactersExpired(),
    CheckNeeded(1),
    TooManyRequests(SOME_TIME),
    UnknownUsername(),
)
"""One example of each refusal. The page holds the words for all of them."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What differs between the journeys. `missing` and `odd` are the words for an empty and for an impossible name."""

    flow: type[MailRequest]
    form_path: str
    sent_path: str
    who: Field
    """The field for the username or email address."""
    missing: str
    odd: str

    def answer_to(self, refusal: Refusal) -> Refused:
        """The words for a refusal. Only this function chooses them."""
        match refusal:
            case Incomplete(identifier, characters, not_an_identifier):
                # After a native post, the box for the characters is empty again.
                again = "" if characters else verification_texts.ENTER_AGAIN
                missing = Problem("no-identifier", self.who.id, self.missing + again, self.missing)
                odd = Problem("odd-identifier", self.who.id, self.odd + again, self.odd)
                return refused_for((missing, identifier), (odd, not_an_identifier), (NO_CHARACTERS, characters))
            case WrongCharacters():
                return WRONG_CHARACTERS
            case CharactersExpired():
                return EXPIRED_CHARACTERS
            case CheckNeeded():
                return CHECK_NEEDED
            case TooManyRequests(retry_at):
                return TOO_MANY_REQUESTS.precisely(common.network_too_many(retry_at))
            case UnknownUsername():
                return refused("unknown-username", self.who.id, texts.UNKNOWN_USERNAME)
            case _:
                assert_never(refusal)
