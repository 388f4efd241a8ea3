"""The page that stands there when the server itself has failed: plain words, no trace, and nothing claimed as done."""

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


class Trouble:
    """ASGI middleware: a request that fails gets a 503 in words, the log gets the kind of fault without its values."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer when nobody else did."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as broken:  # noqa: BLE001 - whatever it is, the visitor gets words and the log no values
            log.error("%s %s failed: %s", scope["method"], scope["path"].partition("/r/")[0], type(broken).__name__)  # noqa: TRY400
            if not has_begun:
                await trouble_page()(scope, receive, send)


async def on_exception(_request: Request, _broken: Exception) -> Response:
    """The same page, for the routes of the server."""
    return trouble_page()


def trouble_page() -> Response:
    """Words, the address for help, and a way back."""
    support = html.escape(settings().support_email)
    before, after = common.TROUBLE_WORDS.split("{support}")
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{common.TROUBLE} – {common.TITLE}</title>'  # noqa: RUF001
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{theme.sheet()}</style></head>'
        f'<body><div class="shell"><header><div class="masthead"><a href="/"><span class="mark">CERS</span> '
        f'<span>{common.PORTAL}</span></a></div></header><div class="columns"><main class="card">'
        f'<h1>{common.TROUBLE}</h1><p>{before}<a href="mailto:{support}">{support}</a>{after}</p>'
        f'<p><a href="/sign-in/">{common.SIGN_IN}</a></p></main></div></div></body></html>'
    )
    return HTMLResponse(body, 503, headers={"cache-control": "no-store", "retry-after": RETRY_SECONDS})
