"""What is told to somebody who is refused, with and without scripts."""

from typing import assert_never

from cers_app.lanes import Busy
from cers_app.sign_in.flow import Incomplete, NotRecognised, TooManyAttempts
from cers_app.ui.fields import Field
from cers_app.ui.texts import common
from cers_app.ui.texts import sign_in as texts

USERNAME = Field("username", "username", texts.USERNAME, texts.USERNAME_HINT)
PASSWORD = Field("password", "current-password", texts.PASSWORD)
WAYS_OUT = ((texts.RECOVER, "/recover-username/"), (texts.RESET, "/reset-password/"))
"""What helps whoever was refused."""


def problems_of(refusal: Incomplete | NotRecognised | TooManyAttempts | Busy) -> dict[str, str]:
    """What is wrong, by field; `form` is for what belongs to none."""
    match refusal:
        case Incomplete(username, password):
            found = {USERNAME.id: texts.ENTER_USERNAME * username, PASSWORD.id: texts.ENTER_PASSWORD * password}
            return {name: words for name, words in found.items() if words}
        case NotRecognised():
            return {"form": texts.NOT_RECOGNISED}
        case TooManyAttempts(retry_at):
            return {"form": common.too_many(retry_at)}
        case Busy():
            return {"form": common.BUSY}
        case _:
            assert_never(refusal)
