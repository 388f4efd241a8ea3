"""What a browser shows while a visitor asks for a mail. Each journey's State adds only what differs."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, ClassVar, assert_never

import reflex as rx

from cers_app.mail_request.answers import Journey
from cers_app.mail_request.flow import RequestForm
from cers_app.mail_request.native import NativeRequests
from cers_app.mail_request.outcomes import Asked, Forgotten, Incomplete, Receipt, TooEarly
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage.throttle import Limits
from cers_app.ui.form import go_to
from cers_app.values import forms
from cers_app.values.answers import Problems
from cers_app.values.dates import clock_time_from
from cers_app.values.limits import TooManyRequests
from cers_app.values.world import World
from cers_app.verification.answers import Purpose
from cers_app.verification.challenge import Challenges
from cers_app.verification.field import SYMBOLS
from cers_app.web.visit import Visit
from cers_app.words import common
from cers_app.words import mail_request as texts
from cers_app.words import verification as verification_texts


class MailRequestState(rx.State, mixin=True):
    """The form, and the confirmation with the button that sends the mail again."""

    _journey: ClassVar[Journey]

    problems: Problems = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    challenge: str = ""
    """Empty while the page does not know its challenge's id, as at the start."""
    other_way: bool = False
    """Whether the browser computes a proof instead of asking for characters."""
    status: str = ""
    said: int = 0
    sent_to: str = ""
    again_at: str = ""
    again_in: int = 0
    """Seconds until the mail can be sent again, counted from when the page gets this number."""
    _spent: tuple[str, str] | None = None
    """The connection and the id of the answered challenge. `None` as soon as the confirmation appears."""
    _receipt: Receipt | None = None
    _again_at: datetime | None = None

    @rx.event
    async def load(self) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Start over. The tab itself keeps what the visitor typed."""
        if self._spent:
            return go_to(self._journey.sent_path)  # the visitor asked but has not seen the confirmation
        self.problems, self.status, self.sent_to, self.again_at = {}, "", "", ""
        self.other_way, self._receipt = False, None
        visitor, purpose = Visit.of_event(self), self._journey.purpose
        # The page showed a challenge before this tab connected, and the visitor may be typing its characters.
        shown = await asyncio.to_thread(provided(Challenges).take_over, purpose, visitor.browser)
        if shown:
            self.challenge = shown[0] if len(shown) == 1 else ""
        else:
            await self._renew(provided(Challenges).keep_or_issue)
        return None

    @rx.event
    async def recognize(self, typed: str) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Show details to the tab that asked, and the form to other tabs. `typed` is from this tab's native post."""
        self._spent = None
        journey, visitor = self._journey, Visit.of_event(self)
        if self._receipt is None:
            asked = await asyncio.to_thread(self._taken, forms.text({"typed": typed}, "typed"), visitor.browser)
            if asked is not None:
                self._show(asked)
            elif not await asyncio.to_thread(provided(NativeRequests).is_waiting, journey.purpose, visitor.browser):
                return go_to(journey.form_path, replace=True)
        elif self._again_at:
            self._count_down(self._again_at)
        return None

    @rx.event
    async def refresh(self) -> AsyncIterator[Any]:
        """Show another picture. The other fields stay as they are."""
        await self._renew(provided(Challenges).issue)
        if not self.challenge:
            return
        self._say(verification_texts.REFRESHED)
        yield  # show the new picture before the focus moves
        yield rx.set_focus(SYMBOLS.id)

    @rx.event
    def verify_another_way(self) -> None:
        """Switch between the characters and the proof."""
        self.other_way = not self.other_way

    @rx.event
    async def submit(self, form: dict[str, Any]) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Ask for the mail, or show why not."""
        parsed, journey = RequestForm.parse(form), self._journey
        press = (self.router.session.session_id, parsed.challenge)
        if press == self._spent:
            return None  # a double click, and the first click has its answer
        outcome = await asyncio.to_thread(provided(journey.flow).request, parsed, Visit.of_event(self))
        self.answered += 1
        self.status, self.problems = "", {} if isinstance(outcome, Asked) else journey.answer_to(outcome).shown
        if self.other_way and SYMBOLS.id in self.problems:
            is_missing = isinstance(outcome, Incomplete)
            self.problems[SYMBOLS.id] = (
                verification_texts.DO_THE_CHECK if is_missing else verification_texts.CHECK_AGAIN
            )
        if isinstance(outcome, Asked):
            # The picture is spent, so it must not flash up when the visitor comes back.
            self._spent, self.challenge = press, ""
            self._show(outcome)
            return go_to(journey.sent_path)
        if not isinstance(outcome, Incomplete):
            await self._renew(provided(Challenges).issue)
        return None

    @rx.event
    async def again(self) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Ask again for this tab's mail."""
        journey = self._journey
        outcome = await asyncio.to_thread(provided(journey.flow).again, self._receipt, Visit.of_event(self))
        match outcome:
            case Asked():
                self._show(outcome)
                self._say(texts.asked_again(settings().limit_mail_per_link, settings().reset_link))
            case TooEarly(at):
                self._say(texts.TOO_EARLY)
                self._count_down(at)
            case TooManyRequests(retry_at):
                self._say(common.too_many(retry_at))
            case Forgotten():
                return go_to(journey.form_path, replace=True)
            case _:
                assert_never(outcome)
        return None

    def _taken(self, typed: str, browser: str) -> Asked | None:
        journey = self._journey
        return provided(journey.flow).recall(
            typed, lambda name: provided(NativeRequests).take(name, journey.purpose, browser)
        )

    def _say(self, words: str) -> None:
        self.status, self.said = words, self.said + 1

    def _show(self, asked: Asked) -> None:
        self.sent_to, self._receipt = asked.masked_address, asked.receipt
        self._count_down(asked.again_at)

    def _count_down(self, at: datetime) -> None:
        self._again_at, self.again_at = at, texts.AGAIN_AT.format(at=clock_time_from(at))
        self.again_in = max(0, math.ceil((at - provided(World).now()).total_seconds()))

    async def _renew(self, issue: Callable[[Purpose, str, str], str]) -> None:
        visitor, purpose = Visit.of_event(self), self._journey.purpose
        retry_at = provided(Limits).pictures.take(visitor.network)
        if retry_at is not None:
            self.challenge, self.problems = "", {"form": common.too_many(retry_at)}
            return
        self.challenge = await asyncio.to_thread(issue, purpose, visitor.browser, self.challenge)
