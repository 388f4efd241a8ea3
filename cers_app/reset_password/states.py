"""What a browser shows while a visitor resets a password. `pages.py` decides how it looks."""

import asyncio
from enum import StrEnum, auto
from typing import Any, ClassVar, assert_never

import reflex as rx
from reflex.event import EventSpec

from cers_app.background.pools import Busy, JudgingPool
from cers_app.mail_request.answers import Journey
from cers_app.mail_request.outcomes import Asked
from cers_app.mail_request.states import MailRequestState
from cers_app.mail_request.waiting import WaitingState
from cers_app.new_password.judging import JudgingState
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.provided import provided
from cers_app.reset_password.answers import NOT_COMPLETE, RENEWED, answer_to, answer_to_link
from cers_app.reset_password.changing import change
from cers_app.reset_password.flow import PasswordReset, ResetRequest
from cers_app.reset_password.links import LinkLive, LinkNotComplete, LinkState
from cers_app.reset_password.outcomes import AlreadyRenewed, OtherLink
from cers_app.settings import settings
from cers_app.ui.fields import Field
from cers_app.ui.time_left import TimedState
from cers_app.values import addresses
from cers_app.values.answers import Problems
from cers_app.values.limits import TooManyRequests
from cers_app.web.visit import Visit
from cers_app.words import common
from cers_app.words import reset_password as texts

JOURNEY = Journey(
    flow=ResetRequest,
    form_path=addresses.RESET_PASSWORD,
    sent_path=addresses.LINK_SENT,
    who=Field("identifier", "identifier", texts.IDENTIFIER, is_kept=True),
    missing=texts.ENTER_IDENTIFIER,
    odd=common.ODD_NAME,
)


class ResetRequestState(MailRequestState, rx.State):
    """What a browser shows while a visitor asks for a link."""

    _journey: ClassVar[Journey] = JOURNEY


class LinkStage(StrEnum):
    """What the page of an opened link shows. `UNKNOWN` until the State has looked the link up."""

    UNKNOWN = ""
    LIVE = auto()
    USELESS = auto()
    RENEWED = auto()
    CHANGED = auto()


class NewPasswordState(WaitingState, JudgingState, TimedState, rx.State):
    """What a browser shows after a visitor has opened a link, or asked for a fresh one."""

    _journey: ClassVar[Journey] = JOURNEY

    problems: Problems = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    stage: LinkStage = LinkStage.UNKNOWN
    link: str = ""
    username: str = ""
    heading: str = ""
    why: str = ""
    is_renewable: bool = False
    is_question: bool = False

    @rx.event
    async def load(self) -> EventSpec | None:
        """Show what the opened link can do, before the visitor types."""
        visit = Visit.of_event(self)
        if visit.changed:
            return rx.redirect(addresses.PASSWORD_CHANGED, is_external=True)
        self.problems = {}
        self._forget()
        if self.router.url.fragment == RENEWED:
            self.stage = LinkStage.RENEWED
        elif self.router.url.fragment == NOT_COMPLETE and not visit.reset:
            self._show_link(LinkNotComplete())
        else:
            self._show_link(await asyncio.to_thread(provided(PasswordReset).state_of, visit.reset))
        return None

    @rx.event
    async def renew(self) -> None:
        """Send a fresh link to the dead link's mailbox."""
        visit = Visit.of_event(self)
        outcome = await asyncio.to_thread(provided(PasswordReset).renew, visit.reset, visit)
        self.said += 1
        if isinstance(outcome, LinkState):
            self._show_link(outcome)
            return
        match outcome:
            case Asked():
                self.stage = LinkStage.RENEWED
                self._show(outcome)
            case AlreadyRenewed() | TooManyRequests():
                self.status = answer_to_link(outcome).precisely
            case _:
                assert_never(outcome)

    @rx.event
    async def submit(self, form: dict[str, Any]) -> None:
        """Set the new password, or show why not."""
        visit = Visit.of_event(self)
        outcome = await change(form, visit)
        self.answered += 1
        self.problems = {}
        if isinstance(outcome, LinkState):
            self._show_link(outcome)
            return
        match outcome:
            case PasswordChanged():
                self.stage = LinkStage.CHANGED
            case Weak() | TooManyRequests() | Busy():
                self.problems = answer_to(outcome, settings().password_min).shown
            case OtherLink():
                self._show_link(await asyncio.to_thread(provided(PasswordReset).state_of, visit.reset))
                self.problems = answer_to(outcome, settings().password_min).shown
            case _:
                assert_never(outcome)

    async def _judge(self, typed: str, visit: Visit) -> Strong | Weak | Busy | None:
        return await provided(JudgingPool).run_for(visit.network, provided(PasswordReset).advise, typed, visit.reset)

    def _show_link(self, link: LinkState) -> None:
        if isinstance(link, LinkLive):
            self.stage, self.link, self.username = LinkStage.LIVE, link.public_id, link.username
            self._ends(link.expires_at)
            return
        told = answer_to_link(link)
        self.stage, self.link, self.username = LinkStage.USELESS, "", ""
        self._ends(None)
        self.heading, self.why = told.heading, told.precisely or told.why
        self.is_renewable, self.is_question = told.is_renewable, told.is_question
