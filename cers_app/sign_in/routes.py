"""Cookie in, cookie out: `/session` opens a session, `/sign-out` ends it."""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.accounts.identifiers import LONGEST
from cers_app.services import services
from cers_app.sign_in.flow import SignedIn, SignInForm
from cers_app.sign_in.problems import USERNAME, WAYS_OUT, problems_of
from cers_app.visitor import Visitor
from cers_app.web import posts
from cers_app.web.cookies import REFUSED
from cers_app.web.notes import Note
from cers_app.web.plain import PlainPage

PLAIN = "/sign-in/plain"
WHY = Note(REFUSED, "sign-in", 60)
"""What was wrong; the page that tells it is asked for at once."""


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
    return _refused(typed.username, problems_of(outcome), visitor)


async def told(request: Request) -> Response:
    """The form after a refusal: the username as it was typed, and what is wrong. It is told once."""
    text = WHY.read(request, posts.visitor_of(request).browser)
    if text is None:
        return posts.see_other("/sign-in/")
    username, problems = json.loads(text)
    page = PlainPage("/sign-in/")
    page.fill({USERNAME.name: username})
    page.tell(problems, WAYS_OUT)
    response = page.answer()
    WHY.forget(response)
    return response


async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    return await posts.signed_out(request) if posts.is_same_origin(request) else posts.refused()


def _refused(username: str, problems: dict[str, str], visitor: Visitor) -> Response:
    """Lead on to the form: an answer to the post itself would keep the password in the browser's history."""
    response = posts.see_other(PLAIN)
    text = json.dumps([username[:LONGEST], problems], ensure_ascii=False)
    WHY.leave(response, text, visitor.browser)
    return response


async def _open(request: Request, claim: str, visitor: Visitor) -> Response:
    token = await asyncio.to_thread(services().sessions.open, claim, visitor, posts.session_digest(request))
    if token is None:
        return posts.see_other("/sign-in/#not-recognised")
    return await posts.session_opened(request, token)


ROUTES = [
    Route("/session", session, methods=["POST"]),
    Route(PLAIN, told, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
