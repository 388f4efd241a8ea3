"""What the handshake of a socket may carry: digests instead of cookies, and a token bound to them.

Reflex hands a tab's state to whoever presents its client token, which is no secret, and keeps the handshake's
headers. So a socket gets digests instead of cookies, and a token that is worth something only together with
the cookies of the browser it came from.
"""

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.values.digests import sha256
from cers_app.web.cookies import BROWSER, KINDS, SESSION, digests

KEPT = {
    b"host",
    b"origin",
    b"upgrade",
    b"connection",
    b"user-agent",
    b"sec-websocket-key",
    b"sec-websocket-version",
    b"sec-websocket-protocol",
    b"sec-websocket-extensions",
}
"""The headers a socket keeps; Reflex would send all others back to the browser."""


class SocketHandshake:
    """ASGI middleware outside the framework. Its query is bounded by then (`traffic.py`)."""

    def __init__(self, app: ASGIApp, is_live: Callable[[str], Awaitable[bool]]) -> None:
        """`is_live` says whether a session with a digest lives."""
        self._app, self._is_live = app, is_live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, a socket without its secrets."""
        if scope["type"] == "websocket":
            scope = await self._without_secrets(scope)
        await self._app(scope, receive, send)

    async def _without_secrets(self, scope: Scope) -> Scope:
        found = dict(digests(scope))
        if not await self._is_live(found[SESSION]):
            # A tab whose session has ended begins with an empty state: the old one shows the person who was signed in.
            found[SESSION] = ""
        kept = [(name, value) for name, value in scope["headers"] if name in KEPT]
        ours = "; ".join(f"{kind}={found[kind]}" for kind in KINDS if found[kind])
        if ours:
            kept.append((b"cookie", ours.encode()))
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if "token" in query:
            query["token"] = [_bound(query["token"][0], found)]
        return {**scope, "headers": kept, "query_string": urlencode(query, doseq=True).encode()}


def _bound(token: str, found: dict[str, str]) -> str:
    """A client token that means something only with this browser's cookies.

    A browser without cookies gets a new one at each connection: nothing of it can be taken over.
    """
    if not found[BROWSER]:
        return secrets.token_hex(32)
    return sha256("|".join((token, found[BROWSER], found[SESSION])))
