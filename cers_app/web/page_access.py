"""Pages that lead elsewhere before they are shown, by the session cookie."""

import asyncio
import posixpath
import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.accounts.sessions import Sessions
from cers_app.provided import provided
from cers_app.values import addresses
from cers_app.web import native_forms
from cers_app.web.visit import Visit

SLASHES = re.compile(r"/+")
FILE = re.compile(r"(/index)?\.html(\.br|\.gz)?$")


class PageAccess:
    """ASGI middleware: `/` leads on, and `/account/` with all below it only shows with a live session.

    The page's State looks again; this is what makes a reload and a browser without scripts behave.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wraps `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or let through."""
        is_read = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        elsewhere = await _elsewhere(Request(scope)) if is_read else ""
        answer = native_forms.see_other(elsewhere) if elsewhere else self._app
        await answer(scope, receive, send)


async def _elsewhere(request: Request) -> str:
    """Where a request for a page is led instead; empty when the page may be shown."""
    # The file server gives `….html`, its compressed copies, doubled slashes and dots, too.
    page = FILE.sub("", posixpath.normpath(SLASHES.sub("/", request.scope["path"]))).rstrip("/") + "/"
    visit = Visit.of_request(request)
    is_inside = page.startswith(addresses.ACCOUNT)
    if is_inside or page in {addresses.INDEX, addresses.SIGN_IN}:
        inside = page if is_inside else addresses.ACCOUNT
        wanted = inside if await is_live(visit.session) else addresses.SIGN_IN
        return "" if page == wanted else wanted
    if page == addresses.NEW_PASSWORD and visit.changed:
        return addresses.PASSWORD_CHANGED
    if page == addresses.PASSWORD_CHANGED and not visit.changed:
        return addresses.SIGN_IN
    return ""


async def is_live(digest: str) -> bool:
    """Whether a session with this digest lives; none lives with an empty one."""
    return bool(digest) and await asyncio.to_thread(provided(Sessions).check, digest) is not None
