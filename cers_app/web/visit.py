"""The visitor who sent an event or a request. A `Visit` has digests of their cookies, never a cookie."""

import itertools
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Self

import reflex as rx
import structlog
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.values.visitor import Visitor
from cers_app.web.cookies import KINDS, digests

REQUESTS = itertools.count(secrets.randbits(60))
"""Ids of requests. They are no secrets, so one look at the system's chance is enough for all."""
VISIT = "cers.visit"
"""The key of a request's visit in its scope. So everything that a request does has one id in the audit log."""


@dataclass(frozen=True, slots=True)
class Visit(Visitor):
    """The same for events and requests."""

    session: str = ""
    """Digests of the session cookie and of the browser cookie (`session_digest`). Empty without a session cookie."""
    reset: str = ""
    """SHA-256 of the token of the reset link opened in this browser. Empty without a link."""
    not_me: str = ""
    """SHA-256 of the token of the opened link in the mail about a changed password. Empty without a link."""
    changed: str = ""
    """Not empty if this browser changed a password in the last minutes."""
    connection: str = ""
    """The id of the socket that sent an event. Empty for a request."""

    @classmethod
    def of_event(cls, state: rx.State) -> Self:
        """The visitor who sent an event. `SocketHandshake` has already replaced the cookies with digests."""
        router = state.router  # the framework puts it together each time
        headers, session = router.headers, router.session
        found = json.loads(headers.cookie or "{}")
        return cls._of(session.client_ip, found, headers.user_agent, connection=session.session_id)

    @classmethod
    def of_request(cls, request: Request) -> Self:
        """The visitor who sent a request, the same at each call. `ClientAddress` has already set the address."""
        if VISIT not in request.scope:
            request.scope[VISIT] = cls._of(
                request.scope["client"][0], digests(request.scope), request.headers.get("user-agent", "")
            )
        visit: Self = request.scope[VISIT]
        return visit

    @classmethod
    def _of(cls, ip: str, found: Mapping[str, str], user_agent: str, connection: str = "") -> Self:
        request_id = f"{next(REQUESTS):016x}"
        # The lines in the log that this request or event causes carry its id.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        kinds = {kind: found.get(kind, "") for kind in KINDS}
        return cls(
            ip=ip,
            network=network(ip),
            request_id=request_id,
            user_agent=user_agent,
            connection=connection,
            **kinds,
        )


class ClientAddress:
    """ASGI middleware outside everything that reads the address."""

    def __init__(self, app: ASGIApp, trusted_hops: int) -> None:
        """`trusted_hops` is the number of proxies whose X-Forwarded-For the portal believes."""
        self._app, self._trusted_hops = app, trusted_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the visitor's address as the client."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "client": (self._of(HTTPConnection(scope)), 0)}
        await self._app(scope, receive, send)

    def _of(self, connection: HTTPConnection) -> str:
        found = forwarded_address(connection.headers, self._trusted_hops)
        return found or (connection.client.host if connection.client else "unknown")


def forwarded_address(headers: Headers, trusted_hops: int) -> str:
    """The address that the last trusted proxy names. Empty if there is none."""
    hops = ",".join(headers.getlist("x-forwarded-for")).split(",")
    forwarded = [hop.strip() for hop in hops if hop.strip()]
    return _address(forwarded[-trusted_hops]) if 0 < trusted_hops <= len(forwarded) else ""


@lru_cache(maxsize=1024)
def network(ip: str) -> str:
    """The address itself, or the /64 of an IPv6 address, because a visitor has all addresses of a /64.

    Text that is not an address stays as it is.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def _address(hop: str) -> str:
    """The plain address of a hop, which may have a port, brackets or a zone, or be IPv4 written as IPv6.

    Empty if there is none.
    """
    bracketed, with_port = re.fullmatch(r"\[(.*)\](:\d+)?", hop), re.fullmatch(r"([\d.]+):\d+", hop)
    found = bracketed or with_port
    try:
        address = ip_address((found[1] if found else hop).partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
