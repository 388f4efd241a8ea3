"""Redirects from a page by the visitor's cookies, before the page is sent."""

import asyncio
import posixpath
import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.accounts.sessions import Sessions
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.values import addresses
from cers_app.values.next_path import ENDED, next_path, sign_in_then
from cers_app.web import native_forms
from cers_app.web.visit import Visit

SLASHES = re.compile(r"/+")
FILE = re.compile(r"(/index)?\.html(\.br|\.gz)?$")


class PageAccess:
    """ASGI middleware. `/` redirects, and `/account/` and every page below it need a live session.

    The page's State checks again. This check is for reloads and for browsers without scripts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or show the page."""
        if scope["type"] == "http":
            # The framework's router fails at a line break. Some mail programs put one into a link.
            scope = {**scope, "path": scope["path"].replace("\n", " ")}
        is_read = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        elsewhere = await _elsewhere(Request(scope)) if is_read else ""
        answer = native_forms.see_other(elsewhere) if elsewhere else self._app
        await answer(scope, receive, send)


async def _elsewhere(request: Request) -> str:
    """The page to show instead, or empty if the visitor may see this page."""
    # The file server also serves `….html`, its compressed copies, doubled slashes and dots.
    page = FILE.sub("", posixpath.normpath(SLASHES.sub("/", request.scope["path"]))).rstrip("/") + "/"
    visit = Visit.of_request(request)
    is_inside = page.startswith(addresses.ACCOUNT)
    if page == addresses.SIGN_IN and ENDED in request.query_params:
        return ""  # an idle page came here by itself, which is no use of the session
    if is_inside or page in {addresses.INDEX, addresses.SIGN_IN}:
        if not await _is_in(visit.session):
            return "" if page == addresses.SIGN_IN else sign_in_then(page, settings().continue_url)
        # Never to `CERS_CONTINUE_URL`: an application that leads people back here would lead them in a circle.
        return "" if is_inside else next_path(str(request.url)) or addresses.ACCOUNT
    if page == addresses.NEW_PASSWORD and visit.changed:
        return addresses.PASSWORD_CHANGED
    if page == addresses.PASSWORD_CHANGED and not visit.changed:
        return addresses.SIGN_IN
    return ""


async def _is_in(digest: str) -> bool:
    """Whether a session with this digest is live. To open a page counts as use."""
    return bool(digest) and await asyncio.to_thread(provided(Sessions).check, digest) is not None


async def is_live(digest: str) -> bool:
    """The same without counting as use. An empty digest has no session."""
    return bool(digest) and await asyncio.to_thread(provided(Sessions).is_live, digest)
