"""What a visitor reads when the portal refuses a new password."""

from cers_app.new_password.field import NEW_PASSWORD
from cers_app.new_password.policy import Advice, Weak, Weakness
from cers_app.values.answers import Refused, refused
from cers_app.words import password as texts

WORDS = {
    Weakness.EMPTY: texts.ENTER_NEW,
    Weakness.TOO_LONG: texts.TOO_LONG,
    Weakness.TOO_SHORT: texts.TOO_SHORT,
    Weakness.NOT_TEXT: texts.NOT_TEXT,
    Weakness.IS_YOUR_NAME: texts.IS_YOUR_NAME,
    Weakness.CONTEXT_WORD: texts.CONTEXT_WORD,
    Weakness.COMMON: texts.COMMON,
    Weakness.TOO_EASY: texts.TOO_EASY,
}
ADVICE = {
    Advice.REPEAT: texts.REPEAT,
    Advice.ROW: texts.ROW,
    Advice.KEYBOARD: texts.KEYBOARD,
    Advice.DATE: texts.DATE,
    Advice.COMMON_PART: texts.COMMON_PART,
    Advice.OWN_WORD: texts.OWN_WORD,
    Advice.FEW_WORDS: texts.FEW_WORDS,
}
EVERY = (
    *[Weak(weakness) for weakness in Weakness if weakness is not Weakness.TOO_EASY],
    *[Weak(Weakness.TOO_EASY, advice) for advice in Advice],
)
"""Every way a password can be weak. A page holds the words for all of them."""


def words_of(weak: Weak, shortest: int) -> str:
    """Why the portal refuses a new password. `shortest` is the fewest characters it accepts."""
    return WORDS[weak.weakness].format(shortest=shortest, advice=ADVICE[weak.advice or Advice.FEW_WORDS])


def answer_to(weak: Weak, shortest: int) -> Refused:
    """The same words as a refusal with an address."""
    name = "-".join(each.name.lower().replace("_", "-") for each in (weak.weakness, weak.advice) if each)
    return refused(name, NEW_PASSWORD, words_of(weak, shortest))
