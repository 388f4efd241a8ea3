"""Sets the browser cookie when a browser without one gets a page."""

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.web import cookies
from cers_app.web.headers import is_page


class BrowserCookie:
    """ASGI middleware. It skips a page that already sets a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the cookie to a page if the browser has none."""

        async def giving(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if is_page(headers) and "set-cookie" not in headers:
                    fresh = Response()
                    cookies.renew_browser(fresh)
                    headers.append("set-cookie", fresh.headers["set-cookie"])
            await send(message)

        is_new = scope["type"] == "http" and not cookies.digests(scope)[cookies.BROWSER]
        await self._app(scope, receive, giving if is_new else send)
