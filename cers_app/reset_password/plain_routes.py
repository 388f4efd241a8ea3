"""Choosing a new password without scripts: the page of an opened link, and its two posts."""

import asyncio
from typing import assert_never

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.accounts.password_policy import Weak
from cers_app.lanes import Busy
from cers_app.mail_request.outcomes import TooManyRequests
from cers_app.reset_password.links import (
    LinkCancelled,
    LinkExpired,
    LinkLive,
    LinkNotComplete,
    LinkNotOpened,
    LinkState,
    LinkUsed,
)
from cers_app.reset_password.looks import look_of
from cers_app.reset_password.outcomes import AlreadyRenewed, NewLinkSent, NewPasswordForm, OtherLink, PasswordChanged
from cers_app.reset_password.pages import WORDS
from cers_app.services import services
from cers_app.settings import settings
from cers_app.ui.layout import title
from cers_app.ui.new_password import NEW_PASSWORD
from cers_app.ui.texts import common
from cers_app.ui.texts import mail_request as mail_request_texts
from cers_app.ui.texts import password as password_texts
from cers_app.ui.texts import reset_password as texts
from cers_app.web import posts
from cers_app.web.plain import FINE, REFUSED, PlainPage

SHELL, PLAIN = "/reset-password/new/", "/reset-password/new/plain"
HEADINGS = {
    "live": texts.CHOOSE,
    "dead": texts.CANNOT_USE,
    "useless": texts.CANNOT_USE,
    "unopened": texts.OPEN_AGAIN,
}


async def look(request: Request) -> Response:
    """What the opened link can do."""
    if posts.has_just_changed(request):
        return posts.see_other("/password-changed/")
    return await _again(posts.reset_digest(request), {})


async def change(request: Request) -> Response:
    """Set the new password."""
    if not posts.is_same_origin(request):
        return posts.refused()
    flow, digest, visitor = services().password_reset, posts.reset_digest(request), posts.visitor_of(request)
    form = NewPasswordForm.parse(await posts.read_form(request))
    outcome = await services().hashing.run_for(visitor.network, flow.change, form, digest, visitor)
    match outcome:
        case PasswordChanged():
            return await posts.password_changed(request)
        case Weak():
            return await _again(digest, {NEW_PASSWORD: password_texts.weak(outcome, settings().password_min)})
        case OtherLink():
            return await _again(digest, {"form": texts.OTHER_LINK})
        case Busy():
            return await _again(digest, {"form": common.BUSY})
        case LinkLive() | LinkUsed() | LinkExpired() | LinkCancelled() | LinkNotOpened() | LinkNotComplete():
            return _page(outcome, {})
        case _:
            assert_never(outcome)


async def renew(request: Request) -> Response:
    """Send a fresh link to the mailbox the dead one came to."""
    if not posts.is_same_origin(request):
        return posts.refused()
    flow, digest, visitor = services().password_reset, posts.reset_digest(request), posts.visitor_of(request)
    outcome = await asyncio.to_thread(flow.renew, digest, visitor)
    match outcome:
        case NewLinkSent():
            return _renewed()
        case AlreadyRenewed(at):
            return await _again(digest, {"form": texts.already_renewed(at)})
        case TooManyRequests(retry_at):
            return await _again(digest, {"form": common.too_many(retry_at)})
        case LinkLive() | LinkUsed() | LinkExpired() | LinkCancelled() | LinkNotOpened() | LinkNotComplete():
            return _page(outcome, {})
        case _:
            assert_never(outcome)


async def _again(digest: str, problems: dict[str, str]) -> Response:
    return _page(await asyncio.to_thread(services().password_reset.look, digest), problems)


def _page(link: LinkState, problems: dict[str, str]) -> Response:
    shown, page, shortest = look_of(link), PlainPage(SHELL), settings().password_min
    heading = HEADINGS[shown.stage]
    page.replace_main(
        "unusable" if shown.stage in {"useless", "unopened"} else shown.stage,
        title(heading),
        heading=heading,
        look=shown,
        texts=texts,
        common=common,
        label=password_texts.NEW_PASSWORD,
        rule=password_texts.RULE.format(shortest=shortest),
        shortest=shortest,
    )
    page.tell(problems)
    return page.answer(REFUSED if problems else FINE)


def _renewed() -> Response:
    page = PlainPage(SHELL)
    page.replace_main(
        "confirmation",
        title(mail_request_texts.CHECK_EMAIL),
        heading=mail_request_texts.CHECK_EMAIL,
        around=WORDS.around,
        masked="",
        on_file=texts.SAME_ADDRESS,
        deadline=WORDS.deadline.format(minutes=settings().reset_link_minutes),
        notice=mail_request_texts.NOTICE.format(sender=settings().mail_from),
        help=WORDS.help.split("{support}"),
        support=settings().support_email,
        again=None,
    )
    return page.answer()


ROUTES = [
    Route(PLAIN, look, methods=["GET"]),
    Route(SHELL, change, methods=["POST"]),
    Route("/reset-password/renew", renew, methods=["POST"]),
]
