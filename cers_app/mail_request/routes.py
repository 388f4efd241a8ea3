"""Asks for a mail by native post, before the page is live or without scripts."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.mail_request.answers import Journey
from cers_app.mail_request.flow import RequestForm
from cers_app.mail_request.native import NativeRequests
from cers_app.mail_request.outcomes import Asked
from cers_app.provided import provided
from cers_app.ui.summary import NO_COOKIES
from cers_app.verification.challenge import Challenges
from cers_app.web import native_forms
from cers_app.web.visit import Visit


def routes(journey: Journey) -> list[Route]:
    """The route that a journey's form posts to."""

    async def ask(request: Request) -> Response:
        sent, visitor = await native_forms.read_form(request), Visit.of_request(request)
        if "refresh" in sent:  # loading the page shows another picture
            await asyncio.to_thread(provided(Challenges).discard, journey.flow.purpose, visitor.browser)
            return native_forms.see_other(journey.form_path)
        if not visitor.browser:
            return native_forms.refused_at(journey.form_path, NO_COOKIES)
        outcome = await asyncio.to_thread(provided(journey.flow).request, RequestForm.parse(sent), visitor)
        if not isinstance(outcome, Asked):
            return native_forms.refused_at(journey.form_path, journey.answer_to(outcome))
        leave = provided(NativeRequests).leave
        name, reference = outcome.receipt.name_key, outcome.reference
        await asyncio.to_thread(leave, name, reference, journey.flow.purpose, visitor.browser)
        return native_forms.see_other(journey.sent_path)

    return [native_forms.route(journey.form_path, ask)]
