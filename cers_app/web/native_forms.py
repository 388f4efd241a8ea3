"""Checks, reads and answers native form posts."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.sessions import Sessions
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.values import addresses
from cers_app.values.answers import Refused
from cers_app.values.digests import session_digest, sha256
from cers_app.values.next_path import next_path
from cers_app.values.world import World
from cers_app.web import cookies
from cers_app.web.cookies import BROWSER_SECONDS, CHANGED, KNOWN, NOT_ME, RESET, SESSION
from cers_app.web.refusal import Refusal
from cers_app.web.visit import Visit

LONGEST_BODY = 32 * 1024
"""Bytes. The portal's forms have a few hundred."""
BODY_SECONDS = 10
"""A browser that takes longer only holds a connection."""
FIELDS = 20
REFUSED = Refusal(403, "This form was not sent from the portal's own page. Go back and try again.")
CHANGED_SECONDS = 300
"""How long Back leads to the confirmation that the password was changed."""


def is_same_origin(request: Request) -> bool:
    """Whether a page of the portal posted this: Sec-Fetch-Site, or else a matching Origin, says so (ASVS 3.5.3)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") in settings().origins


async def read_form(request: Request) -> dict[str, str]:
    """The posted fields. Empty if the body is too long, too slow or of another type."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        body = (await read_body(request, LONGEST_BODY) or b"").decode()
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


async def read_body(request: Request, longest: int) -> bytes | None:
    """The body of a request, or `None` if it is longer than `longest` bytes or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > longest:
                    return None
    except TimeoutError:
        return None
    return bytes(body)


def route(path: str, handle: Callable[[Request], Awaitable[Response]]) -> Route:
    """A route for a form's post. It refuses posts from other origins."""

    async def checked(request: Request) -> ASGIApp:
        return await handle(request) if is_same_origin(request) else REFUSED

    return Route(path, checked, methods=["POST"])


def see_other(path: str) -> RedirectResponse:
    """Redirect to a path of the portal."""
    return RedirectResponse(path, 303)


def refused_at(page: str, refusal: Refused) -> RedirectResponse:
    """Redirect to the words of a refusal. A direct answer would keep a password in the browser's history."""
    return see_other(f"{page}#{refusal.id}")


def wanted(request: Request) -> str:
    """The path to go to after signing in. The address of the page that posts the form names it; empty if none does.

    The browser tells that address in `Referer`, also before any script has run.
    """
    return next_path(request.headers.get("referer", ""))


async def password_changed(request: Request) -> RedirectResponse:
    """Redirect to the confirmation. Signs this browser out and forgets the reset link."""
    await _end_session(request)
    response = see_other(addresses.PASSWORD_CHANGED)
    if link := Visit.of_request(request).reset:
        await _remember(request, response, provided(KnownBrowsers).remember_reset, link)
    cookies.put(response, CHANGED, "1", CHANGED_SECONDS)
    cookies.clear(response, SESSION, RESET, NOT_ME)
    cookies.renew_browser(response)
    return response


async def signed_out(request: Request) -> RedirectResponse:
    """End this browser's session and redirect to the sign-in page. Clears what the browser cached about the person."""
    await _end_session(request)
    response = see_other(addresses.SIGNED_OUT)
    cookies.clear(response, SESSION, RESET, NOT_ME, CHANGED)
    cookies.renew_browser(response)
    response.headers["clear-site-data"] = '"cache"'
    return response


async def session_opened(request: Request, token: str, browser: str) -> RedirectResponse:
    """Set the cookies of the session and the browser, redirect to the wanted page, and make the browser a known one."""
    response = see_other(wanted(request) or settings().continue_url or addresses.ACCOUNT)
    cookies.put(response, SESSION, token)
    cookies.renew_browser(response, browser)
    await _remember(request, response, provided(KnownBrowsers).remember_session, session_digest(token, sha256(browser)))
    return response


async def _remember(
    request: Request, response: Response, remember: Callable[[str, str, str], None], digest: str
) -> None:
    """Give this browser a new known-browser token. `digest` names the session or link that proves the owner."""
    token = provided(World).new_token()
    await asyncio.to_thread(remember, sha256(token), digest, Visit.of_request(request).known)
    cookies.put(response, KNOWN, token, BROWSER_SECONDS)


async def _end_session(request: Request) -> None:
    visit = Visit.of_request(request)
    await asyncio.to_thread(provided(Sessions).end, visit.session, visit)
