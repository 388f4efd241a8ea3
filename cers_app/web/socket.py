"""What the door left for a State to know about its visitor."""

import reflex as rx

from cers_app import logs
from cers_app.digests import sha256
from cers_app.visitor import Visitor
from cers_app.web.cookies import BROWSER, CHANGED, KNOWN, RESET, SESSION, parsed

JUST_CHANGED = sha256(CHANGED)


def visitor_of(state: rx.State) -> Visitor:
    """Who sent an event."""
    router = state.router
    kept = parsed(router.headers.cookie)
    return Visitor(
        ip=router.session.client_ip,
        browser=kept.get(BROWSER, ""),
        request_id=logs.new_request_id(),
        known=kept.get(KNOWN, ""),
    )


def session_digest(state: rx.State) -> str:
    """The digest of the session cookie, as the table holds it; empty without one."""
    return _digest(state, SESSION)


def reset_digest(state: rx.State) -> str:
    """The digest of the token of the link opened in this browser; empty without one."""
    digest = _digest(state, RESET)
    return "" if digest == JUST_CHANGED else digest


def has_just_changed(state: rx.State) -> bool:
    """Whether a password was changed in this browser in the last minutes."""
    return _digest(state, RESET) == JUST_CHANGED


def _digest(state: rx.State, kind: str) -> str:
    return parsed(state.router.headers.cookie).get(kind, "")
