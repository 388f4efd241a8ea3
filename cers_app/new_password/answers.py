"""What a visitor reads when the portal refuses a new password."""

from typing import assert_never

from cers_app.background.pools import Busy
from cers_app.new_password.field import NEW_PASSWORD
from cers_app.new_password.policy import Weak
from cers_app.values.answers import FORM, Refused, refused
from cers_app.values.limits import TooManyRequests
from cers_app.words import common
from cers_app.words import password as texts

EASY = {
    Weak.TOO_EASY_REPEAT: texts.REPEAT,
    Weak.TOO_EASY_ROW: texts.ROW,
    Weak.TOO_EASY_KEYBOARD: texts.KEYBOARD,
    Weak.TOO_EASY_DATE: texts.DATE,
    Weak.TOO_EASY_COMMON_PART: texts.COMMON_PART,
    Weak.TOO_EASY_OWN_WORD: texts.OWN_WORD,
    Weak.TOO_EASY_FEW_WORDS: texts.FEW_WORDS,
}
WORDS = {
    Weak.EMPTY: texts.ENTER_NEW,
    Weak.TOO_LONG: texts.TOO_LONG,
    Weak.TOO_SHORT: texts.TOO_SHORT,
    Weak.NOT_TEXT: texts.NOT_TEXT,
    Weak.IS_YOUR_NAME: texts.IS_YOUR_NAME,
    Weak.CONTEXT_WORD: texts.CONTEXT_WORD,
    Weak.COMMON: texts.COMMON,
    **{weak: texts.TOO_EASY.format(advice=advice) for weak, advice in EASY.items()},
}


def words_of(weak: Weak, shortest: int) -> str:
    """Why the portal refuses a new password. `shortest` is the fewest characters it accepts."""
    return WORDS[weak].format(shortest=shortest)


def answer_to(refusal: Weak | TooManyRequests | Busy, shortest: int) -> Refused:
    """The words for a refusal, with their address."""
    match refusal:
        case Weak():
            name = refusal.name.lower().replace("_", "-")
            return refused(name, NEW_PASSWORD, words_of(refusal, shortest))
        case TooManyRequests(retry_at):
            return refused("too-many-attempts", FORM, common.TOO_MANY).precisely(common.too_many(retry_at))
        case Busy():
            return refused("busy", FORM, common.BUSY)
        case _:
            assert_never(refusal)
