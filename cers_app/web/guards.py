"""Pages that lead elsewhere before they are shown, by the session cookie."""

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.services import services
from cers_app.settings import settings
from cers_app.web import posts
from cers_app.web.cookies import SESSION, Cookies
from cers_app.web.door import cookie_header

SIGN_IN, ACCOUNT = "/sign-in/", "/account/"


class Guards:
    """ASGI middleware: `/` leads on, and the account page only shows with a live session.

    The page's State looks again; this is what makes a reload and a browser without scripts behave.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wraps `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or let through."""
        path = scope["path"] if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} else ""
        if path in {"/", "/account", ACCOUNT}:
            is_in = await _is_signed_in(Request(scope))
            wanted = ACCOUNT if is_in else SIGN_IN
            if path != wanted:
                await posts.see_other(wanted)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _is_signed_in(request: Request) -> bool:
    digest = Cookies.of(settings()).digests(cookie_header(request.scope))[SESSION]
    return bool(digest) and await asyncio.to_thread(services().sessions.check, digest) is not None
