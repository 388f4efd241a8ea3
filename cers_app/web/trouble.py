"""The plain pages of the server itself: it has failed, or there is nothing at an address. They need no script."""

import html
import logging

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.settings import settings
from cers_app.ui import theme
from cers_app.ui.texts import common

log = logging.getLogger(__name__)
RETRY_SECONDS = "60"
NOT_FOUND = 404
LONGEST_SHOWN = 80


class Trouble:
    """ASGI middleware: a request that fails gets a 503 in words, the log gets the kind of fault without its values."""

    def __init__(self, app: ASGIApp, support: str) -> None:
        """Wraps `app`; `support` is the address for help."""
        self._app, self._support = app, support

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer when nobody else did."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = is_replaced = False

        async def sending(message: Message) -> None:
            nonlocal has_begun, is_replaced
            if not has_begun and _is_missing_page(message):
                # The framework's own page for this is empty without its scripts.
                is_replaced = True
                await missing_page()(scope, receive, send)
            has_begun = True
            if not is_replaced:
                await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as broken:  # noqa: BLE001 - whatever it is, the visitor gets words and the log no values
            log.error("%s %s failed: %s", scope["method"], _shown(scope["path"]), type(broken).__name__)  # noqa: TRY400
            if not has_begun:
                await trouble_page(self._support)(scope, receive, send)


async def on_exception(_request: Request, _broken: Exception) -> Response:
    """The same page, for the routes of the server."""
    return trouble_page(settings().support_email)


def _shown(path: str) -> str:
    """A path as the log may hold it: no token, no line of its own, not endless."""
    return ascii("/r/..." if path.startswith("/r/") else path[:LONGEST_SHOWN])


def trouble_page(support: str) -> Response:
    """Words, the address for help, and a way back."""
    before, after = (html.escape(part) for part in common.TROUBLE_WORDS.split("{support}"))
    support = html.escape(support)
    words = f'{before}<a href="mailto:{support}">{support}</a>{after}'
    return _page(503, common.TROUBLE, words, {"retry-after": RETRY_SECONDS})


def missing_page() -> Response:
    """What stands at an address where nothing is."""
    return _page(404, common.NO_PAGE, html.escape(common.NO_PAGE_WORDS), {})


def _page(status: int, heading: str, words: str, headers: dict[str, str]) -> Response:
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{heading} – {common.TITLE}</title>'  # noqa: RUF001
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{theme.sheet()}</style></head>'
        f'<body><div class="shell"><header><div class="masthead"><a href="/"><span class="mark">CERS</span> '
        f'<span>{common.PORTAL}</span></a></div></header><div class="columns"><main class="card">'
        f'<h1>{heading}</h1><p>{words}</p><div class="row stretch">'
        f'<a class="button primary" href="/sign-in/">{common.SIGN_IN}</a></div></main></div></div></body></html>'
    )
    return HTMLResponse(body, status, headers={"cache-control": "no-store", **headers})


def _is_missing_page(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != NOT_FOUND:
        return False
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
