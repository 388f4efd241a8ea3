"""Cookie in, cookie out: `/session` opens a session, `/sign-out` ends it."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.services import services
from cers_app.sign_in.flow import SignedIn, SignInForm
from cers_app.sign_in.problems import USERNAME, WAYS_OUT, problems_of
from cers_app.visitor import Visitor
from cers_app.web import posts
from cers_app.web.plain import REFUSED, PlainPage


async def session(request: Request) -> Response:
    """Swap a claim code for the session cookie; or sign in with what the form holds, without any script."""
    if not posts.is_same_origin(request):
        return posts.refused()
    form, visitor = await posts.read_form(request), posts.visitor_of(request)
    if "claim" in form:
        return await _open(request, form["claim"], visitor)
    typed, lane = SignInForm.parse(form), services().hashing
    outcome = await lane.run_for(visitor.network, services().sign_in.submit, typed, visitor)
    if isinstance(outcome, SignedIn):
        return await _open(request, outcome.claim, visitor)
    return _form(typed.username, problems_of(outcome))


async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    return await posts.signed_out(request) if posts.is_same_origin(request) else posts.refused()


def _form(username: str, problems: dict[str, str]) -> Response:
    """The form again: the username as it was typed, what is wrong, and no password."""
    page = PlainPage("/sign-in/")
    page.fill({USERNAME.name: username})
    page.tell(problems, WAYS_OUT)
    return page.answer(REFUSED)


async def _open(request: Request, claim: str, visitor: Visitor) -> Response:
    token = await asyncio.to_thread(services().sessions.open, claim, visitor)
    if token is None:
        return posts.see_other("/sign-in/#not-recognised")
    return await posts.session_opened(request, token)


ROUTES = [Route("/session", session, methods=["POST"]), Route("/sign-out", sign_out, methods=["POST"])]
