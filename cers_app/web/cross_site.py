"""Refuses requests from pages of other sites before they count toward the limit of the visitor's network.

Otherwise one advertisement in one browser could use up the limit of a whole office.
"""

from collections.abc import Container

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.web.refusal import Refusal

FOLLOWED_LINK = ("navigate", "document")
"""`Sec-Fetch-Mode` and `Sec-Fetch-Dest` when a person follows a link to the portal, as from a mail."""
OTHERS = {"cross-site", "same-site"}
"""`same-site` is a neighbor, such as another host of the agency."""
REFUSED = Refusal(403, "This request came from another site.")


class CrossSite:
    """ASGI middleware outside everything that counts."""

    def __init__(self, app: ASGIApp, origins: Container[str]) -> None:
        """Pages of these `origins` may open a socket."""
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a foreign request with 403."""
        is_foreign = scope["type"] in {"http", "websocket"} and self._is_foreign(scope)
        await (REFUSED if is_foreign else self._app)(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            # Browsers always name the origin of a socket, but some send no `Sec-Fetch-Site` with it.
            return "origin" in headers and headers["origin"] not in self._origins
        how = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest"))
        return headers.get("sec-fetch-site") in OTHERS and how != FOLLOWED_LINK
