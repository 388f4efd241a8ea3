"""The visitor who sent an event or a request. A `Visit` has digests of their cookies, never a cookie."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import reflex as rx
import structlog
from starlette.requests import Request

from cers_app.values.visitor import Visitor
from cers_app.web.client_address import network
from cers_app.web.cookies import KINDS, digests

VISIT = "cers.visit"
"""The key of a request's visit in its scope. So everything that a request does has one id in the audit log."""


@dataclass(frozen=True, slots=True)
class Visit(Visitor):
    """The same for events and requests."""

    session: str = ""
    """SHA-256 of the session cookie, as in the table. Empty without a cookie."""
    reset: str = ""
    """SHA-256 of the token of the reset link opened in this browser. Empty without a link."""
    changed: str = ""
    """Not empty if this browser changed a password in the last minutes."""

    @classmethod
    def of_event(cls, state: rx.State) -> Self:
        """The visitor who sent an event. `SocketHandshake` has already replaced the cookies with digests."""
        return cls._of(state.router.session.client_ip, json.loads(state.router.headers.cookie or "{}"))

    @classmethod
    def of_request(cls, request: Request) -> Self:
        """The visitor who sent a request, the same at each call. `ClientAddress` has already set the address."""
        if VISIT not in request.scope:
            request.scope[VISIT] = cls._of(request.scope["client"][0], digests(request.scope))
        visit: Self = request.scope[VISIT]
        return visit

    @classmethod
    def _of(cls, ip: str, found: Mapping[str, str]) -> Self:
        request_id = secrets.token_hex(8)
        # The lines in the log that this request or event causes carry its id.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        kinds = {kind: found.get(kind, "") for kind in KINDS}
        return cls(ip=ip, network=network(ip), request_id=request_id, **kinds)
