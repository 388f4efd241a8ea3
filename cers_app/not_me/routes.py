"""The link `/not-me/<token>` of the mail about a changed password, and the button of the page that it opens."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cers_app.not_me.flow import NotMe, Stopped
from cers_app.provided import provided
from cers_app.reset_password import links
from cers_app.reset_password.routes import NOT_FOLLOWED, OFFICE
from cers_app.values import addresses
from cers_app.web import cookies, native_forms
from cers_app.web.cookies import NOT_ME
from cers_app.web.visit import Visit
from cers_app.words import reset_password as texts

ANSWERS = DONE, TOO_LATE, OPEN_AGAIN = "done", "too-late", "open-again"
"""The ids of the words about each outcome."""


async def open_link(request: Request) -> Response:
    """Put the token into an HttpOnly cookie and redirect to a clean address. This changes nothing."""
    token = links.find(request.path_params["token"])
    if OFFICE.search(request.headers.get("user-agent", "")):
        return PlainTextResponse(texts.IN_A_BROWSER, headers=NOT_FOLLOWED)
    response = native_forms.see_other(addresses.NOT_ME if token else f"{addresses.NOT_ME}#{TOO_LATE}")
    response.headers.update(NOT_FOLLOWED)
    if token:
        cookies.put(response, NOT_ME, token)
    return response


async def stop(request: Request) -> Response:
    """Void the new password."""
    visit = Visit.of_request(request)
    if not visit.not_me:
        return native_forms.see_other(f"{addresses.NOT_ME}#{OPEN_AGAIN}")
    outcome = await asyncio.to_thread(provided(NotMe).stop, visit.not_me, visit)
    response = native_forms.see_other(f"{addresses.NOT_ME}#{DONE if isinstance(outcome, Stopped) else TOO_LATE}")
    cookies.clear(response, NOT_ME)
    return response


ROUTES = [
    *(
        Route(f"{slash}not-me/{{token}}{rest}", open_link, methods=["GET"])
        # Some mail programs double the slash before the link's path, and people type behind it.
        for slash in ("/", "//")
        for rest in ("", "/{rest:path}")
    ),
    native_forms.route(addresses.NOT_ME, stop),
]
