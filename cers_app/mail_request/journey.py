"""What differs between the two ways to ask for a mail, and what each outcome is in words."""

from dataclasses import dataclass
from typing import assert_never

from cers_app.mail_request.flow import MailRequest
from cers_app.mail_request.outcomes import (
    Asked,
    CharactersExpired,
    Incomplete,
    RequestOutcome,
    TooManyRequests,
    UnknownUsername,
    WrongCharacters,
)
from cers_app.ui.texts import common
from cers_app.ui.texts import mail_request as texts
from cers_app.ui.texts import verification as verification_texts
from cers_app.verification.field import SYMBOLS
from cers_app.verification.models import Purpose


@dataclass(frozen=True, slots=True)
class Journey:
    """What differs between the journeys."""

    flow: MailRequest
    purpose: Purpose
    form_path: str
    sent_path: str
    name: str
    """How the field that says who asks is called in the form."""
    field: str
    missing: str
    odd: str


def problems_of(outcome: RequestOutcome, journey: Journey) -> dict[str, str]:
    """What is wrong, by field."""
    match outcome:
        case Asked():
            return {}
        case Incomplete(identifier, characters, not_an_identifier):
            found = {
                journey.field: journey.odd * not_an_identifier or journey.missing * identifier,
                SYMBOLS.id: verification_texts.ENTER_CHARACTERS * characters,
            }
            return {name: words for name, words in found.items() if words}
        case WrongCharacters():
            return {SYMBOLS.id: verification_texts.WRONG_CHARACTERS}
        case CharactersExpired():
            return {SYMBOLS.id: verification_texts.EXPIRED_CHARACTERS}
        case TooManyRequests(retry_at):
            return {"form": common.too_many(retry_at)}
        case UnknownUsername():
            return {journey.field: texts.UNKNOWN_USERNAME}
        case _:
            assert_never(outcome)
