"""Words about choosing a password, wherever one is chosen."""

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

TOO_LONG = "Password must be 1,024 characters or fewer"
TOO_SHORT = "Password must be {shortest} characters or more"
NOT_TEXT = "Password has a character we cannot accept. Type it again"
IS_YOUR_NAME = "Password must not be your username, your email address or your name"
CONTEXT_WORD = "Password must not be made of the names of this service"
COMMON = "This password appears in a list of leaked passwords. Choose a different one."
TOO_EASY = "This password is too easy to guess. {advice}"

# One thing to do better, in our own words: the estimator's words say more than it knows.
REPEAT = "Avoid repeated words."
ROW = "Avoid counting or going through the alphabet: use several words."
KEYBOARD = "Avoid following the keys of the keyboard: use several words."
DATE = "Avoid a date or a year: use several words."
COMMON_PART = "Most of it is a password that many people use: choose other words."
OWN_WORD = "Most of it is your name or the name of this service: choose other words."
FEW_WORDS = "Add one or two words that do not belong together."
