"""Signs out everywhere, finishes a password change, and leads password managers to the right page."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cers_app.provided import provided
from cers_app.values import addresses
from cers_app.web import native_forms
from cers_app.web.visit import Visit
from cers_app.your_account.flow import YourAccount


async def sign_out_everywhere(request: Request) -> Response:
    """End every session of the account that is signed in here."""
    visit = Visit.of_request(request)
    await asyncio.to_thread(provided(YourAccount).end_everywhere, visit.session, visit)
    return await native_forms.signed_out(request)


async def change_password(_request: Request) -> Response:
    """Password managers look for the page here (W3C, A Well-Known URL for Changing Passwords)."""
    return RedirectResponse(addresses.CHANGE_PASSWORD, 302)


async def nothing_here(_request: Request) -> Response:
    """Any other well-known address gets 404. Otherwise a password manager would not trust the one above."""
    return Response(status_code=404)


ROUTES = [
    native_forms.route(addresses.SIGN_OUT_EVERYWHERE, sign_out_everywhere),
    native_forms.route(addresses.CHANGE_DONE, native_forms.password_changed),
    Route("/.well-known/change-password", change_password, methods=["GET"]),
    Route("/.well-known/{name:path}", nothing_here, methods=["GET"]),
]
