"""The mailed link `/r/<token>`, and the native posts of the page that it opens."""

import asyncio
import re
from typing import assert_never

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cers_app.background.pools import Busy
from cers_app.mail_request import routes as mail_request_routes
from cers_app.mail_request.outcomes import Asked
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Weak
from cers_app.provided import provided
from cers_app.reset_password import links
from cers_app.reset_password.answers import RENEWED, answer_to, answer_to_link
from cers_app.reset_password.changing import change
from cers_app.reset_password.flow import PasswordReset
from cers_app.reset_password.links import LinkLive, LinkNotComplete, LinkState
from cers_app.reset_password.outcomes import AlreadyRenewed, OtherLink
from cers_app.reset_password.states import JOURNEY
from cers_app.settings import settings
from cers_app.values import addresses
from cers_app.values.limits import TooManyRequests
from cers_app.web import cookies, native_forms
from cers_app.web.cookies import CHANGED, NOT_ME, RESET
from cers_app.web.visit import Visit
from cers_app.words import reset_password as texts

OFFICE = re.compile("ms-?office|Microsoft (Office|Outlook|Word|Excel|PowerPoint|OneNote)", re.IGNORECASE)
"""Office follows a link's redirects itself and gives the browser only the last address, without the cookie."""
NOT_FOLLOWED = {"referrer-policy": "no-referrer"}


async def open_link(request: Request) -> Response:
    """Put the token into an HttpOnly cookie and redirect to a clean address. This does not use the link up.

    The token then reaches no script, no State, no history and no log. From a page's query or fragment, the framework
    would store it. If the link opens nothing, the clean address says why.
    """
    token = links.find(request.path_params["token"])
    if OFFICE.search(request.headers.get("user-agent", "")):
        return PlainTextResponse(texts.IN_A_BROWSER, headers=NOT_FOLLOWED)
    address = addresses.NEW_PASSWORD if token else _address(LinkNotComplete())
    if token and request.method == "GET":
        opened = await asyncio.to_thread(provided(PasswordReset).open, token, Visit.of_request(request))
        address = _address(opened)
    response = native_forms.see_other(address)
    response.headers.update(NOT_FOLLOWED)
    cookies.clear(response, CHANGED)
    if token:
        cookies.put(response, RESET, token)
    else:
        cookies.clear(response, RESET)
    return response


async def new_password(request: Request) -> Response:
    """Set the new password."""
    outcome = await change(await native_forms.read_form(request), Visit.of_request(request))
    if isinstance(outcome, LinkState):
        return native_forms.see_other(_address(outcome))
    match outcome:
        case PasswordChanged():
            return await native_forms.password_changed(request)
        case Weak() | OtherLink() | TooManyRequests() | Busy():
            return native_forms.refused_at(addresses.NEW_PASSWORD, answer_to(outcome, settings().password_min))
        case _:
            assert_never(outcome)


async def renew(request: Request) -> Response:
    """Send a fresh link to the dead link's mailbox."""
    visit = Visit.of_request(request)
    outcome = await asyncio.to_thread(provided(PasswordReset).renew, visit.reset, visit)
    if isinstance(outcome, Asked):
        return native_forms.see_other(f"{addresses.NEW_PASSWORD}#{RENEWED}")
    return native_forms.see_other(_address(outcome))


def _address(link: LinkState | AlreadyRenewed | TooManyRequests) -> str:
    page = addresses.NEW_PASSWORD
    return page if isinstance(link, LinkLive) else f"{page}#{answer_to_link(link).id}"


async def cancel(_request: Request) -> Response:
    """Forget the opened link in this browser. The link still works from the mail."""
    response = native_forms.see_other(addresses.SIGN_IN)
    cookies.clear(response, RESET, NOT_ME)
    return response


ROUTES = [
    *mail_request_routes.routes(JOURNEY),
    # Some mail programs double the slash before the link's path.
    *(Route(f"{slash}r/{{token:path}}", open_link, methods=["GET"]) for slash in ("/", "//")),
    native_forms.route(addresses.NEW_PASSWORD, new_password),
    native_forms.route(addresses.RENEW_LINK, renew),
    native_forms.route(addresses.RESET_DONE, native_forms.password_changed),
    native_forms.route(addresses.CANCEL, cancel),
]
