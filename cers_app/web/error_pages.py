"""Answers with a page when the service fails or an address has no page.

Both are built pages without scripts, because the scripts would show the page of the address.
"""

import logging
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values import addresses
from cers_app.web.headers import is_page
from cers_app.words import common

log = logging.getLogger(__name__)
RETRY = {"retry-after": "60"}
FOUND, NOT_FOUND = 200, 404
LONGEST_SHOWN = 80


class ErrorPages:
    """ASGI middleware. A failed request gets a 503 page. The log gets the kind of fault without its values."""

    def __init__(self, app: ASGIApp, built: Path) -> None:
        """`built` is the folder of the built pages."""
        self._app, self._built = app, built

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer if the application fails or has no page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = is_replaced = False

        async def sending(message: Message) -> None:
            nonlocal has_begun, is_replaced
            if not has_begun and _is_missing_page(scope["path"], message):
                # The framework's own page is empty without its scripts. The other two belong to no address.
                is_replaced = True
                await missing_page(self._built)(scope, receive, send)
            has_begun = True
            if not is_replaced:
                await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            return  # the visitor broke the request off
        except Exception as broken:  # noqa: BLE001 - after any fault, the visitor gets a page
            log.error("%s %s failed: %s", scope["method"], _shown(scope["path"]), type(broken).__name__)  # noqa: TRY400
            if not has_begun:
                await trouble_page(self._built)(scope, receive, send)


def _shown(path: str) -> str:
    """A path that is safe in the log: no token, no line break, and a limited length."""
    hidden = next((each for each in ("/r/", "/not-me/") if each in path), "")
    return ascii(f"{hidden}..." if hidden else path[:LONGEST_SHOWN])


def trouble_page(built: Path) -> Response:
    """The 503 page. It names the support address and has a link back."""
    return HTMLResponse(_page(built, addresses.TROUBLE, common.TROUBLE), 503, RETRY)


def missing_page(built: Path) -> Response:
    """The 404 page."""
    return HTMLResponse(_page(built, addresses.MISSING, common.NO_PAGE), NOT_FOUND)


@lru_cache(maxsize=4)
def _page(built: Path, address: str, heading: str) -> str:
    """The built page, or only its heading with hot reload, which builds no pages."""
    file = built / address.strip("/") / "index.html"
    return file.read_text("utf-8") if file.exists() else f"<!doctype html><title>{heading}</title><h1>{heading}</h1>"


def _is_missing_page(path: str, message: Message) -> bool:
    status = message.get("status") if message["type"] == "http.response.start" else None
    is_missing = status == NOT_FOUND or (status == FOUND and path in {addresses.TROUBLE, addresses.MISSING})
    return is_missing and is_page(Headers(scope=message))
