"""What a visitor reads when the portal refuses to change a known password."""

from typing import assert_never

from cers_app.background.pools import Busy
from cers_app.new_password import answers as new_password
from cers_app.new_password.field import NEW_PASSWORD
from cers_app.new_password.policy import Weak
from cers_app.values.answers import Problem, Refused, refused, refused_for
from cers_app.values.limits import TooManyRequests
from cers_app.words import account as texts
from cers_app.words import password as password_texts
from cers_app.your_account.outcomes import Incomplete, SamePassword, WrongPassword

CURRENT = "current-password"
"""The id of the field for the current password."""
NO_CURRENT = Problem("no-current", CURRENT, texts.ENTER_CURRENT)
NO_NEW = Problem("no-new", NEW_PASSWORD, password_texts.ENTER_NEW)

Refusal = Incomplete | WrongPassword | SamePassword | Weak | TooManyRequests | Busy


def answer_to(refusal: Refusal, shortest: int) -> Refused:
    """The words for a refusal. Only this function chooses them. A new password has at least `shortest` characters."""
    match refusal:
        case Incomplete(current, new):
            return refused_for((NO_CURRENT, current), (NO_NEW, new))
        case WrongPassword():
            return refused("wrong-current", CURRENT, texts.WRONG_CURRENT)
        case SamePassword():
            return refused("same", NEW_PASSWORD, texts.SAME)
        case Weak() | TooManyRequests() | Busy():
            return new_password.answer_to(refusal, shortest)
        case _:
            assert_never(refusal)
