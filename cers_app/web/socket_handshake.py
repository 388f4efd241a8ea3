"""Takes the secrets out of a socket's handshake.

Reflex gives a tab's State to anyone who presents the tab's client token, which is no secret. Reflex also keeps the
headers of the handshake. So a socket gets digests instead of cookies, and a token that works only with the cookies of
its own browser.
"""

import json
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.values.digests import sha256
from cers_app.web.cookies import BROWSER, SESSION, digests

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
"""The headers that a socket keeps. Reflex would send any other header back to the browser."""

QUERY = {"EIO": "4", "transport": "websocket"}
"""The query of a socket, next to the token. The framework would log an error for any other."""


class SocketHandshake:
    """ASGI middleware outside the framework and inside `TrafficLimit`, which limits the query."""

    def __init__(self, app: ASGIApp, is_live: Callable[[str], Awaitable[bool]]) -> None:
        """`is_live` says whether the session with a digest is live."""
        self._app, self._is_live = app, is_live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a socket on without its secrets."""
        if scope["type"] == "websocket":
            scope = await self._without_secrets(scope)
        await self._app(scope, receive, send)

    async def _without_secrets(self, scope: Scope) -> Scope:
        found = dict(digests(scope))
        if not await self._is_live(found[SESSION]):
            # When a session ends, its tab gets a new State. The old State shows the person who was signed in.
            found[SESSION] = ""
        kept = [(name, value) for name, value in scope["headers"] if name in KEPT]
        kept.append((b"cookie", json.dumps(found).encode()))
        token = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("token")
        query = QUERY | ({"token": _bound(token[0], found)} if token else {})
        return {**scope, "headers": kept, "query_string": urlencode(query).encode()}


def _bound(token: str, found: dict[str, str]) -> str:
    """A client token that works only with this browser's cookies.

    A browser without cookies gets a new token at each connection, so nobody can take over its State.
    """
    if not found[BROWSER]:
        return secrets.token_hex(32)
    return sha256("|".join((token, found[BROWSER], found[SESSION])))
