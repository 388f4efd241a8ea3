"""What a visitor reads about an opened link, and when the portal refuses a new password."""

from dataclasses import dataclass
from typing import assert_never

from cers_app.background.pools import Busy
from cers_app.new_password import answers as new_password
from cers_app.new_password.policy import Weak
from cers_app.reset_password.links import (
    LinkCancelled,
    LinkExpired,
    LinkNotComplete,
    LinkNotOpened,
    LinkRefused,
    LinkUsed,
)
from cers_app.reset_password.outcomes import AlreadyRenewed, OtherLink
from cers_app.values.answers import FORM, SOME_TIME, Refused, refused
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.limits import TooManyRequests
from cers_app.words import common
from cers_app.words import reset_password as texts

OTHER_LINK = refused("other-link", FORM, texts.OTHER_LINK)
RENEWED, NOT_COMPLETE = "sent", "not-complete"
"""The ids of the words about a fresh link on its way, and about an incomplete link."""


@dataclass(frozen=True, slots=True)
class Useless:
    """Why a link opens nothing. The address of these words ends with `id`."""

    id: str
    why: str
    """True at any time, because the page holds these words from the start."""
    precisely: str = ""
    """The same with the time, once the page is live."""
    heading: str = texts.CANNOT_USE
    is_renewable: bool = False
    is_question: bool = False
    """Whether somebody set a password meanwhile. The page then asks if that was the visitor."""


UselessLink = LinkRefused | AlreadyRenewed | TooManyRequests
USELESS: tuple[UselessLink, ...] = (
    LinkUsed(SOME_TIME),
    LinkExpired(SOME_TIME),
    *[LinkCancelled(SOME_TIME, why) for why in WhyCancelled],
    LinkNotOpened(),
    LinkNotComplete(),
    AlreadyRenewed(SOME_TIME),
    TooManyRequests(SOME_TIME),
)
"""One example of each reason. The page holds the words for all of them."""

Refusal = Weak | OtherLink | TooManyRequests | Busy
REFUSALS: tuple[Refusal, ...] = (
    *Weak,
    OtherLink(),
    TooManyRequests(SOME_TIME),
    Busy(),
)
"""One example of each refusal of a new password."""


def answer_to_link(link: UselessLink) -> Useless:  # noqa: PLR0911 - one answer for each outcome
    """Why a link opens nothing, or sends no fresh link."""
    match link:
        case LinkUsed(at):
            told = texts.USED, texts.used(at), texts.ALREADY_USED
            return Useless("used", *told, is_renewable=True, is_question=True)
        case LinkExpired(at):
            return Useless("expired", texts.EXPIRED, texts.expired(at), texts.HAS_EXPIRED, is_renewable=True)
        case LinkCancelled(at, why):
            return Useless(
                f"cancelled-{why.replace('_', '-')}",
                texts.cancelled(why),
                texts.cancelled(why, at),
                is_renewable=why is not WhyCancelled.EMAIL_CHANGED,
                is_question=why in texts.CHANGED_THE_PASSWORD,
            )
        case LinkNotOpened():
            return Useless("not-opened", texts.NOT_OPENED, heading=texts.OPEN_AGAIN)
        case LinkNotComplete():
            return Useless(NOT_COMPLETE, texts.NOT_COMPLETE, heading=texts.IS_NOT_COMPLETE)
        case AlreadyRenewed(at):
            return Useless("already-renewed", texts.ALREADY_RENEWED, texts.already_renewed(at), is_renewable=True)
        case TooManyRequests(retry_at):
            words = common.NETWORK_TOO_MANY, common.network_too_many(retry_at)
            return Useless("too-many-requests", *words, is_renewable=True)
        case _:
            assert_never(link)


def answer_to(refusal: Refusal, shortest: int) -> Refused:
    """Why the portal refuses a new password. `shortest` is the fewest characters it accepts."""
    match refusal:
        case OtherLink():
            return OTHER_LINK
        case Weak() | TooManyRequests() | Busy():
            return new_password.answer_to(refusal, shortest)
        case _:
            assert_never(refusal)
