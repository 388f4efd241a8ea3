"""`/session` opens a session and sets its cookie, or says who is signed in. `/sign-out` ends the session."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.accounts.sessions import Sessions
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.sign_in.answers import DID_NOT_GO_THROUGH, answer_to
from cers_app.sign_in.attempt import attempt
from cers_app.sign_in.flow import SignedIn
from cers_app.sign_in.session_check import SessionCheck
from cers_app.ui.summary import NO_COOKIES
from cers_app.values import addresses
from cers_app.values.answers import Refused
from cers_app.values.digests import sha256
from cers_app.values.next_path import sign_in_then
from cers_app.web import cookies, native_forms
from cers_app.web.visit import Visit


async def session(request: Request) -> Response:
    """Exchange a claim for the session cookie. A form from a page that is not live has no claim and signs in here."""
    form, visit = await native_forms.read_form(request), Visit.of_request(request)
    if "claim" in form:
        return await _open(request, form["claim"], visit)
    if not visit.browser:
        return _refused(request, NO_COOKIES)
    outcome = await attempt(form, visit)
    if isinstance(outcome, SignedIn):
        return await _open(request, outcome.claim, visit)
    return _refused(request, answer_to(outcome))


async def _open(request: Request, claim: str, visit: Visit) -> Response:
    browser = cookies.new_browser()
    token = await asyncio.to_thread(provided(Sessions).open, claim, visit, sha256(browser), visit.session)
    if token is None:
        return _refused(request, DID_NOT_GO_THROUGH)
    return await native_forms.session_opened(request, token, browser)


def _refused(request: Request, refusal: Refused) -> Response:
    """Back to the sign-in page, which still knows where the visitor wanted to go."""
    return native_forms.refused_at(sign_in_then(native_forms.wanted(request), settings().continue_url), refusal)


ROUTES = [
    Route(addresses.SESSION, SessionCheck().answer, methods=["GET"]),
    native_forms.route(addresses.SESSION, session),
    native_forms.route(addresses.SIGN_OUT, native_forms.signed_out),
]
