"""A visit: who sent an event or a request, and what their browser holds. Digests, never a cookie."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import reflex as rx
import structlog
from starlette.requests import Request

from cers_app.values.visitor import Visitor
from cers_app.web.cookies import KINDS, digests, parsed

VISIT = "cers.visit"
"""Where a request's scope keeps who sent it: all that one request does has one id in the audit."""


@dataclass(frozen=True, slots=True)
class Visit(Visitor):
    """The same by event and by request."""

    session: str = ""
    """SHA-256 of the session cookie, as the table holds it; empty without one."""
    reset: str = ""
    """SHA-256 of the token of the link opened in this browser; empty without one."""
    changed: str = ""
    """Not empty when a password was changed in this browser in the last minutes."""

    @classmethod
    def of_event(cls, state: rx.State) -> Self:
        """Who sent an event; `SocketHandshake` has put digests in the place of the cookies."""
        return cls._of(state.router.session.client_ip, parsed(state.router.headers.cookie))

    @classmethod
    def of_request(cls, request: Request) -> Self:
        """Who sent a request, the same each time it is asked; `ClientAddress` has put the right address in place."""
        if VISIT not in request.scope:
            request.scope[VISIT] = cls._of(request.scope["client"][0], digests(request.scope))
        visit: Self = request.scope[VISIT]
        return visit

    @classmethod
    def _of(cls, ip: str, found: Mapping[str, str]) -> Self:
        request_id = secrets.token_hex(8)
        # The lines in the log that this request or event causes carry its id.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        return cls(ip=ip, request_id=request_id, **{kind: found.get(kind, "") for kind in KINDS})
