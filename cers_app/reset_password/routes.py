"""The mailed link, `/r/<token>`, and the two ways out of choosing a new password."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.mail_request import routes as mail_request_routes
from cers_app.reset_password import links, plain_routes
from cers_app.reset_password.pages import WORDS
from cers_app.reset_password.states import FORM, SENT, journey
from cers_app.services import services
from cers_app.settings import settings
from cers_app.web import posts
from cers_app.web.cookies import ASKED, INCOMPLETE, RESET, Cookies


async def open_link(request: Request) -> Response:
    """Put the token into an HttpOnly cookie and go on to a clean address. Consumes nothing.

    The token reaches no script, no state, no history and no log this way; from the query or the fragment of a
    page the framework would store it.
    """
    token = links.clean(request.path_params["token"])
    response = posts.see_other("/reset-password/new/")
    response.headers["referrer-policy"] = "no-referrer"
    if links.is_token(token) and request.method == "GET":
        await asyncio.to_thread(services().password_reset.open, token, posts.visitor_of(request))
    value = token if links.is_token(token) else INCOMPLETE
    Cookies.of(settings()).set(response, RESET, value, settings().reset_cookie_minutes * 60)
    return response


async def changed(request: Request) -> Response:
    """After a change: clear what the link and the ended session left in the browser."""
    return await posts.password_changed(request) if posts.is_same_origin(request) else posts.refused()


async def cancel(request: Request) -> Response:
    """Forget the link in this browser; it still works from the mail."""
    if not posts.is_same_origin(request):
        return posts.refused()
    response = posts.see_other("/sign-in/")
    for kind in (RESET, ASKED):
        Cookies.of(settings()).clear(response, kind)
    return response


ROUTES = [
    *mail_request_routes.routes(journey, WORDS, (FORM, SENT)),
    *plain_routes.ROUTES,
    Route("/r/{token:path}", open_link, methods=["GET"]),
    Route("/reset-password/changed", changed, methods=["POST"]),
    Route("/reset-password/cancel", cancel, methods=["POST"]),
]
