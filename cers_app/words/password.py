"""Words for every page where a visitor chooses a password."""

NEW_PASSWORD = "New password"
ENTER_NEW = "Enter a new password"

CHANGED = "Password changed"
CHANGED_WORDS = "Your new password is set. You are signed out on all devices."
CHANGED_NEXT = "Sign in with your new password."

RULE = (
    "Use at least {shortest} characters. A few random words with spaces work well. Don't use your username, your email"
    " address or a common password."
)

# Shown while a visitor types.
STRENGTH = {
    "one": "1 more character needed",
    "more": "{count} more characters needed",
    "long": "Too long: 1,024 characters at most",
    "enough": "Long enough. The portal also checks that it is hard to guess.",
}
"""The script in `cers_app/new_password/strength.jsx` looks a sentence up by its key."""
FINE = "You can use this password."

TOO_LONG = "Password must be 1,024 characters or fewer"
TOO_SHORT = "Password must be {shortest} characters or more"
NOT_TEXT = "Your password contains a character that we can't use. Type the password again"
IS_YOUR_NAME = "Password must not be your username, your email address or your name"
CONTEXT_WORD = "Password must not consist only of words from the name of this service"
COMMON = "This password appears in a list of leaked passwords. Choose a different one."
TOO_EASY = "This password is too easy to guess. {advice}"

# The portal has its own advice, because the estimator's advice claims more than the estimator knows.
REPEAT = "Avoid repeated words."
ROW = "Avoid sequences of numbers or letters. Use several words."
KEYBOARD = "Avoid keys that are next to each other. Use several words."
DATE = "Avoid dates and years. Use several words."
COMMON_PART = "Most of this password is very common. Choose other words."
OWN_WORD = "Most of this password is your name or the name of this service. Choose other words."
FEW_WORDS = "Add one or two unrelated words."
