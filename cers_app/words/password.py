"""Words about choosing a password, wherever one is chosen."""

from typing import Literal, assert_never

from cers_app.new_password.policy import Advice, Weak, Weakness

NEW_PASSWORD = "New password"
ENTER_NEW = "Enter a new password"

CHANGED = "Password changed"
CHANGED_WORDS = "Your new password is set. You were signed out everywhere."
CHANGED_NEXT = "Sign in with your new password."

RULE = (
    "At least {shortest} characters. Several words, spaces too, are easy to remember and hard to guess."
    " Your username, your email address and passwords that many people use are refused."
)

# Strength while typing. The browser knows neither the names nor the lists, so it promises nothing.
STRENGTH = {
    "one": "1 more character needed",
    "more": "{count} more characters needed",
    "long": "Too long: 1,024 characters at most",
    "few": "Long enough, but easy to guess: it uses only a few different characters",
    "repeated": "Long enough, but easy to guess: it repeats itself",
    "rows": "Long enough, but easy to guess: it follows the alphabet, numbers or the keyboard",
    "good": "Password strength: good so far",
    "strong": "Password strength: strong so far",
}
"""The keys are those of the script in `cers_app/new_password/strength.py`."""


def weak(weak: Weak, shortest: int) -> str:
    """What is wrong with a new password of fewer than `shortest` characters, or for any other reason."""
    match weak.weakness:
        case Weakness.EMPTY:
            return ENTER_NEW
        case Weakness.TOO_LONG:
            return "Password must be 1,024 characters or fewer"
        case Weakness.TOO_SHORT:
            return f"Password must be {shortest} characters or more"
        case Weakness.NOT_TEXT:
            return "Password has a character we cannot accept. Type it again"
        case _:
            return _too_well_known(weak.weakness, weak.advice)


def _too_well_known(
    weakness: Literal[Weakness.IS_YOUR_NAME, Weakness.CONTEXT_WORD, Weakness.COMMON, Weakness.TOO_EASY],
    advice: Advice | None,
) -> str:
    match weakness:
        case Weakness.IS_YOUR_NAME:
            return "Password must not be your username, your email address or your name"
        case Weakness.CONTEXT_WORD:
            return "Password must not be made of the names of this service"
        case Weakness.COMMON:
            return "This password appears in a list of leaked passwords. Choose a different one."
        case Weakness.TOO_EASY:
            return f"This password is too easy to guess. {_advice(advice or Advice.FEW_WORDS)}"
        case _:
            assert_never(weakness)


def _advice(advice: Advice) -> str:
    """One thing to do better, in words of our own; the estimator's say more than they know."""
    return {
        Advice.REPEAT: "Do not say the same thing again and again: use different words.",
        Advice.ROW: "Do not count or go through the alphabet: use several words.",
        Advice.KEYBOARD: "Do not follow the keys of the keyboard: use several words.",
        Advice.DATE: "Do not build it on a date or a year: use several words.",
        Advice.COMMON_PART: "Most of it is a password that many people use: choose other words.",
        Advice.OWN_WORD: "Most of it is your name or the name of this service: choose other words.",
        Advice.FEW_WORDS: "Add one or two words that do not belong together.",
    }[advice]
