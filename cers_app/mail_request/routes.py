"""Asking for a mail by a native post: where scripts or the socket are missing."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.mail_request.journey import Journey, problems_of
from cers_app.mail_request.outcomes import Asked, Incomplete, RequestForm, RequestOutcome
from cers_app.mail_request.view import Confirmation
from cers_app.services import services
from cers_app.settings import settings
from cers_app.ui.layout import title
from cers_app.ui.texts import common
from cers_app.ui.texts import mail_request as texts
from cers_app.verification.field import SYMBOLS
from cers_app.verification.models import Purpose
from cers_app.visitor import Visitor
from cers_app.web import asked, posts
from cers_app.web.plain import FINE, REFUSED, PlainPage


def routes(journey: Callable[[], Journey], words: Confirmation, paths: tuple[str, str]) -> list[Route]:
    """The post of a journey's form, and its confirmation; `paths` are those of the two pages."""
    form_path, sent_path = paths

    async def ask(request: Request) -> Response:
        if not posts.is_same_origin(request):
            return posts.refused()
        return await _asked(request, journey(), await posts.read_form(request))

    async def confirmed(request: Request) -> Response:
        return _confirmation(request, journey(), words)

    return [
        Route(form_path, ask, methods=["POST"]),
        Route(f"{sent_path}plain", confirmed, methods=["GET"]),
    ]


async def _asked(request: Request, journey: Journey, sent: dict[str, str]) -> Response:
    visitor, form = posts.visitor_of(request), RequestForm.parse(sent)
    if "refresh" in sent:
        return await _form(journey, form, visitor)
    outcome = await asyncio.to_thread(journey.flow.request, form, visitor)
    if isinstance(outcome, Asked):
        response = posts.see_other(f"{journey.sent_path}plain")
        asked.remember(response, journey.purpose, outcome.masked_address, visitor.browser)
        return response
    return await _form(journey, form, visitor, outcome)


async def _form(
    journey: Journey, form: RequestForm, visitor: Visitor, refusal: RequestOutcome | None = None
) -> Response:
    """The form again: what was typed, what is wrong, and the picture, which is another one once it was answered."""
    problems, is_kept = problems_of(refusal, journey) if refusal else {}, isinstance(refusal, Incomplete)
    page = PlainPage(journey.form_path)
    page.fill({journey.name: form.identifier, SYMBOLS.name: form.characters * is_kept})
    retry_at = services().pictures.take(visitor.ip)
    if retry_at is None:
        shown = _kept if is_kept else _renewed
        page.show_picture(await asyncio.to_thread(shown, journey.purpose, visitor.browser, form.challenge))
    else:
        problems |= {"form": common.too_many(retry_at)}
    page.tell(problems)
    return page.answer(REFUSED if problems else FINE)


def _kept(purpose: Purpose, owner: str, before: str) -> str:
    """The challenge that was shown, while half its life is left; it was not answered."""
    challenges = services().challenges
    return challenges.keep_or_issue(purpose, owner, before or challenges.newest_open(purpose, owner))


def _renewed(purpose: Purpose, owner: str, before: str) -> str:
    """Another challenge; the one that was shown dies with it."""
    challenges = services().challenges
    return challenges.issue(purpose, owner, before or challenges.newest_open(purpose, owner))


def _confirmation(request: Request, journey: Journey, words: Confirmation) -> Response:
    """Check your email; whoever has not asked is led to the form."""
    told = asked.recall(request, journey.purpose, posts.visitor_of(request).browser)
    if told is None:
        return posts.see_other(journey.form_path)
    before, after = words.around
    page = PlainPage(journey.sent_path)
    page.replace_main(
        "confirmation",
        title(texts.CHECK_EMAIL),
        heading=texts.CHECK_EMAIL,
        around=(before, after),
        masked=told,
        on_file=texts.ON_FILE,
        deadline=words.deadline.format(minutes=settings().reset_link_minutes),
        notice=texts.NOTICE.format(sender=settings().mail_from),
        help=words.help.split("{support}"),
        support=settings().support_email,
        again=(texts.SEND_AGAIN, journey.form_path),
    )
    return page.answer()
