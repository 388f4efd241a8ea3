"""Cookie in, cookie out: `/session` opens a session, `/sign-out` ends it."""

import asyncio
from typing import assert_never

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.lanes import Busy
from cers_app.services import services
from cers_app.sign_in.flow import Incomplete, NotRecognised, SignedIn, SignInForm, TooManyAttempts
from cers_app.visitor import Visitor
from cers_app.web import posts


async def session(request: Request) -> Response:
    """Swap a claim code for the session cookie; or sign in with what the form holds, without any script."""
    if not posts.is_same_origin(request):
        return posts.refused()
    form, visitor = await posts.read_form(request), posts.visitor_of(request)
    if "claim" in form:
        return await _open(request, form["claim"], visitor)
    flow, lane = services().sign_in, services().hashing
    outcome = await lane.run_for(visitor.network, flow.submit, SignInForm.parse(form), visitor)
    match outcome:
        case SignedIn(claim):
            return await _open(request, claim, visitor)
        case NotRecognised() | Incomplete():
            return posts.see_other("/sign-in/#not-recognised")
        case TooManyAttempts():
            return posts.see_other("/sign-in/#wait")
        case Busy():
            return posts.see_other("/sign-in/#busy")
        case _:
            assert_never(outcome)


async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    return await posts.signed_out(request) if posts.is_same_origin(request) else posts.refused()


async def _open(request: Request, claim: str, visitor: Visitor) -> Response:
    token = await asyncio.to_thread(services().sessions.open, claim, visitor)
    if token is None:
        return posts.see_other("/sign-in/#not-recognised")
    return await posts.session_opened(request, token)


ROUTES = [Route("/session", session, methods=["POST"]), Route("/sign-out", sign_out, methods=["POST"])]
