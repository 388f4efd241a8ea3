"""What a visitor reads when the portal refuses a new password."""

from cers_app.new_password.field import NEW_PASSWORD
from cers_app.new_password.policy import Weak
from cers_app.values.answers import Refused, refused
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


def answer_to(weak: Weak, shortest: int) -> Refused:
    """The same words as a refusal with an address."""
    return refused(weak.name.lower().replace("_", "-"), NEW_PASSWORD, words_of(weak, shortest))
