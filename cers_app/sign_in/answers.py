"""What a visitor reads when the portal refuses a sign-in."""

from typing import assert_never

from cers_app.background.pools import Busy
from cers_app.sign_in.flow import GuessedTooOften, Incomplete, NotRecognized
from cers_app.ui.fields import Field
from cers_app.values.answers import FORM, SOME_TIME, Problem, Refused, refused, refused_for
from cers_app.values.limits import TooManyRequests
from cers_app.words import common
from cers_app.words import sign_in as texts

USERNAME = Field("username", "username", texts.USERNAME, texts.USERNAME_HINT, is_kept=True)
PASSWORD = Field("password", "current-password", texts.PASSWORD)

NO_USERNAME = Problem("no-username", USERNAME.id, texts.ENTER_USERNAME)
ODD_USERNAME = Problem("odd-username", USERNAME.id, common.ODD_NAME)
NO_PASSWORD = Problem("no-password", PASSWORD.id, texts.ENTER_PASSWORD)
NOT_RECOGNIZED = refused("not-recognized", FORM, texts.NOT_RECOGNIZED)
TOO_MANY_ATTEMPTS = refused("too-many-attempts", FORM, common.TOO_MANY)
GUESSED = refused("guessed", FORM, texts.GUESSED)
BUSY = refused("busy", FORM, common.BUSY)
DID_NOT_GO_THROUGH = refused("again", FORM, texts.DID_NOT_GO_THROUGH)
"""The password was right, but the code came late or twice, or this browser's cookies changed in another tab."""

Refusal = Incomplete | NotRecognized | TooManyRequests | GuessedTooOften | Busy
REFUSALS: tuple[Refusal, ...] = (
    Incomplete(username=True, password=False),
    Incomplete(username=False, password=True),
    Incomplete(username=True, password=True),
    Incomplete(username=False, password=False, not_an_identifier=True),
    Incomplete(username=False, password=True, not_an_identifier=True),
    NotRecognized(),
    TooManyRequests(SOME_TIME),
    GuessedTooOften(),
    Busy(),
)
"""One example of each refusal. The page holds the words for all of them."""


def answer_to(refusal: Refusal) -> Refused:
    """The words for a refusal. Only this function chooses them."""
    match refusal:
        case Incomplete(username, password, not_an_identifier):
            return refused_for((NO_USERNAME, username), (ODD_USERNAME, not_an_identifier), (NO_PASSWORD, password))
        case NotRecognized():
            return NOT_RECOGNIZED
        case TooManyRequests(retry_at):
            return TOO_MANY_ATTEMPTS.precisely(common.too_many(retry_at))
        case GuessedTooOften():
            return GUESSED
        case Busy():
            return BUSY
        case _:
            assert_never(refusal)
