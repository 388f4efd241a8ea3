"""The plain pages of the server itself: it has failed, or there is nothing at an address. They need no script."""

import html
import logging

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.settings import settings
from cers_app.ui import theme
from cers_app.ui.texts import access, common
from cers_app.web import policy

log = logging.getLogger(__name__)
PAGES = Environment(loader=PackageLoader("cers_app.web", "."), autoescape=select_autoescape(["jinja"]))
PLAIN = policy.of_plain_page(theme.sheet())
RETRY_SECONDS = "60"
NOT_FOUND = 404
LONGEST_SHOWN = 80


class Trouble:
    """ASGI middleware: a request that fails gets a 503 in words, the log gets the kind of fault without its values."""

    def __init__(self, app: ASGIApp, support: str, notice: str = "") -> None:
        """Wraps `app`; `support` is the address for help, `notice` stands above the page."""
        self._app, self._around = app, (support, notice)

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
                await missing_page(*self._around)(scope, receive, send)
            has_begun = True
            if not is_replaced:
                await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as broken:  # noqa: BLE001 - whatever it is, the visitor gets words and the log no values
            log.error("%s %s failed: %s", scope["method"], _shown(scope["path"]), type(broken).__name__)  # noqa: TRY400
            if not has_begun:
                await trouble_page(*self._around)(scope, receive, send)


async def on_exception(_request: Request, _broken: Exception) -> Response:
    """The same page, for the routes of the server."""
    return trouble_page(settings().support_email, notice())


def _shown(path: str) -> str:
    """A path as the log may hold it: no token, no line of its own, not endless."""
    return ascii("/r/..." if path.startswith("/r/") else path[:LONGEST_SHOWN])


def notice() -> str:
    """That this is not the state's own site, unless it is."""
    return common.NOT_THE_STATE if settings().demo_notice else ""


def trouble_page(support: str, notice: str = "") -> Response:
    """Words, the address for help, and a way back."""
    words = _with_address(common.TROUBLE_WORDS, support)
    return _page(503, common.TROUBLE, words, (support, notice), {"retry-after": RETRY_SECONDS})


def missing_page(support: str, notice: str = "") -> Response:
    """What stands at an address where nothing is."""
    return _page(404, common.NO_PAGE, html.escape(common.NO_PAGE_WORDS), (support, notice), {})


def _page(status: int, heading: str, words: str, around: tuple[str, str], headers: dict[str, str]) -> Response:
    support, notice = around
    page = PAGES.get_template("plain_page.jinja").render(
        title=f"{heading} – {common.TITLE}",  # noqa: RUF001 - the dash is meant
        css=theme.sheet(),
        heading=heading,
        words=words,
        notice=notice,
        technical=_with_address(common.TECHNICAL_PROBLEMS, support),
        common=common,
        access=access,
    )
    return HTMLResponse(
        page, status, headers={"cache-control": "no-store", "content-security-policy": PLAIN, **headers}
    )


def _with_address(words: str, support: str) -> str:
    before, after = (html.escape(part) for part in words.split("{support}"))
    address = html.escape(support)
    return f'{before}<a href="mailto:{address}">{address}</a>{after}'


def _is_missing_page(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != NOT_FOUND:
        return False
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
