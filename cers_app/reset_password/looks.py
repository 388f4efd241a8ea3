"""What a link's state looks like: which part of the page is shown, and in which words."""

from dataclasses import dataclass
from typing import assert_never

from cers_app.reset_password import links
from cers_app.reset_password.links import (
    LinkCancelled,
    LinkExpired,
    LinkLive,
    LinkNotComplete,
    LinkNotOpened,
    LinkState,
    LinkUsed,
)
from cers_app.ui.texts import reset_password as texts


@dataclass(frozen=True, slots=True)
class Look:
    """`stage` is `live`, `dead` (a fresh link can be sent) `useless` or `unopened`."""

    stage: str
    link: str = ""
    username: str = ""
    why: str = ""


def look_of(link: LinkState) -> Look:
    """How a page shows a link."""
    match link:
        case LinkLive(public_id, username):
            return Look("live", link=public_id, username=username)
        case LinkUsed(at):
            return Look("dead", why=texts.used(at))
        case LinkExpired(at):
            return Look("dead", why=texts.expired(at))
        case LinkCancelled(at, why):
            return Look("dead" if links.is_renewable(link) else "useless", why=texts.cancelled(at, why))
        case LinkNotOpened():
            return Look("unopened", why=texts.NOT_OPENED)
        case LinkNotComplete():
            return Look("useless", why=texts.NOT_COMPLETE)
        case _:
            assert_never(link)
