"""The door: what of a request reaches the application, and which secrets stay outside.

Reflex hands a tab's state to whoever presents its client token, which is no secret, and keeps the handshake's
headers. So a socket gets digests instead of cookies, and a token that is worth something only together with
the cookies of the browser it came from.
"""

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values.digests import sha256
from cers_app.web.cookies import BROWSER, KINDS, SESSION, Cookies
from cers_app.web.refusal import Refusal

HANDSHAKE = {
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
LONGEST_QUERY = {"http": 2_048, "websocket": 512}
"""Bytes. The query of a handshake is taken apart and put together again; a page only gets one from links elsewhere."""
TOO_LONG = Refusal(414, "This address is too long.")
HTML = b"text/html"

Header = tuple[bytes, bytes]
IsLive = Callable[[str], Awaitable[bool]]


class Door:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, cookies: Cookies, trusted_hops: int, is_live: IsLive | None = None) -> None:
        """`trusted_hops` is the number of proxies whose X-Forwarded-For is believed; `is_live` knows of a session."""
        self._app, self._cookies, self._trusted_hops, self._is_live = app, cookies, trusted_hops, is_live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, changed as it must be."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if len(scope["query_string"]) > LONGEST_QUERY[scope["type"]]:
            await TOO_LONG(scope, receive, send)
            return
        scope = {**scope, "client": (self._address(scope), 0)}
        if scope["type"] == "websocket":
            await self._app(await self._without_secrets(scope), receive, send)
            return
        has_cookie = self._cookies.read(cookie_header(scope))[BROWSER]
        await self._app(scope, receive, send if has_cookie else self._with_browser_cookie(send))

    def _address(self, scope: Scope) -> str:
        """The one rule for a visitor's address: the last hop we trust says where the request came from."""
        forwarded = [part.strip() for part in _header(scope, b"x-forwarded-for").split(",") if part.strip()]
        if self._trusted_hops and len(forwarded) >= self._trusted_hops:
            return forwarded[-self._trusted_hops][:64]
        client = scope.get("client")
        return str(client[0]) if client else "unknown"

    async def _without_secrets(self, scope: Scope) -> Scope:
        digests = self._cookies.digests(cookie_header(scope))
        if digests[SESSION] and self._is_live and not await self._is_live(digests[SESSION]):
            # A tab whose session has ended begins with an empty state: the old one shows the person who was signed in.
            digests[SESSION] = ""
        kept: list[Header] = [(name, value) for name, value in scope["headers"] if name in HANDSHAKE]
        ours = "; ".join(f"{kind}={digests[kind]}" for kind in KINDS if digests[kind])
        if ours:
            kept.append((b"cookie", ours.encode()))
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if "token" in query:
            query["token"] = [self._bound(query["token"][0], digests)]
        return {**scope, "headers": kept, "query_string": urlencode(query, doseq=True).encode()}

    @staticmethod
    def _bound(token: str, digests: dict[str, str]) -> str:
        """A client token that means something only with this browser's cookies.

        A browser without cookies gets a new one at each connection: nothing of it can be taken over.
        """
        if not digests[BROWSER]:
            return secrets.token_hex(32)
        return sha256("|".join((token, digests[BROWSER], digests[SESSION])))

    def _with_browser_cookie(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Header] = message.get("headers", [])
                sets = any(name == b"set-cookie" for name, _ in headers)
                if not sets and any(name == b"content-type" and value.startswith(HTML) for name, value in headers):
                    cookie = (b"set-cookie", self._cookies.new_browser_header())
                    message = {**message, "headers": [*headers, cookie]}
            await send(message)

        return sending


def cookie_header(scope: Scope) -> str:
    """All Cookie headers of a request as one."""
    return "; ".join(_values(scope, b"cookie"))


def _header(scope: Scope, wanted: bytes) -> str:
    return ",".join(_values(scope, wanted))


def _values(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]
