"""What a browser shows while a visitor asks for a mail. Each journey's State adds only what differs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from cers_app.mail_request.flow import RequestForm
from cers_app.mail_request.native import NativeRequests
from cers_app.mail_request.outcomes import Asked, CheckNeeded, Incomplete
from cers_app.mail_request.waiting import WaitingState
from cers_app.provided import provided
from cers_app.storage.throttle import Limits
from cers_app.ui.form import go_to
from cers_app.values import forms
from cers_app.values.answers import Problems
from cers_app.verification.answers import Purpose
from cers_app.verification.challenge import Challenges
from cers_app.verification.field import SYMBOLS
from cers_app.web.visit import Visit
from cers_app.words import common
from cers_app.words import verification as verification_texts


class MailRequestState(WaitingState, rx.State, mixin=True):
    """The form. The confirmation shows the rest."""

    problems: Problems = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    challenge: str = ""
    """Empty while the page does not know its challenge's id, as at the start."""
    other_way: bool = False
    """Whether the browser computes a proof instead of asking for characters."""
    effort: int = 0
    """How hard a check the browser does because its network asks for much. 0 without a check."""
    _spent: tuple[str, str] | None = None
    """The connection and the id of the answered challenge. `None` as soon as the confirmation appears."""

    @rx.event
    async def load(self) -> EventSpec | None:
        """Start over. The tab itself keeps what the visitor typed."""
        if self._spent:
            return go_to(self._journey.sent_path)  # the visitor asked but has not seen the confirmation
        self.problems, self.other_way, self.effort = {}, False, 0
        self._forget()
        visitor, purpose = Visit.of_event(self), self._journey.flow.purpose
        # The page showed a challenge before this tab connected, and the visitor may be typing its characters.
        shown = await asyncio.to_thread(provided(Challenges).take_over, purpose, visitor.browser)
        if shown:
            self.challenge = shown[0] if len(shown) == 1 else ""
        else:
            await self._renew(provided(Challenges).keep_or_issue)
        return None

    @rx.event
    async def recognize(self, typed: str) -> EventSpec | None:
        """Show details to the tab that asked, and the form to other tabs. `typed` is from this tab's native post."""
        self._spent = None
        journey, visitor = self._journey, Visit.of_event(self)
        if self._receipt is None:
            asked = await asyncio.to_thread(self._taken, forms.text({"typed": typed}, "typed"), visitor.browser)
            if asked is not None:
                self._show(asked)
            elif not await asyncio.to_thread(self._is_waiting, visitor.browser):
                return go_to(journey.form_path, replace=True)
        elif self._again_at:
            self._count_down(self._again_at)
        return None

    @rx.event
    async def refresh(self) -> AsyncIterator[EventSpec | None]:
        """Show another picture. The other fields stay as they are."""
        await self._renew(provided(Challenges).issue)
        if not self.challenge:
            return
        self._say(verification_texts.REFRESHED)
        yield None  # show the new picture before the focus moves
        yield rx.set_focus(SYMBOLS.id)

    @rx.event
    def verify_another_way(self) -> EventSpec | None:
        """Switch between the characters and the proof. A problem of the former way is none of the new way."""
        self.other_way = not self.other_way
        self.problems = {place: words for place, words in self.problems.items() if place != SYMBOLS.id}
        return None if self.other_way else rx.set_focus(SYMBOLS.id)

    @rx.event
    async def submit(self, form: dict[str, Any]) -> EventSpec | None:
        """Ask for the mail, or show why not."""
        parsed, journey, visit = RequestForm.parse(form), self._journey, Visit.of_event(self)
        press = (visit.connection, parsed.challenge)
        if press == self._spent:
            return None  # a double click, and the first click has its answer
        outcome = await asyncio.to_thread(provided(journey.flow).request, parsed, visit)
        self.answered += 1
        self.status, self.problems, self.effort = "", {}, 0
        if isinstance(outcome, Asked):
            # The picture is spent, so it must not flash up when the visitor comes back.
            self._spent, self.challenge = press, ""
            self._show(outcome)
            return go_to(journey.sent_path)
        if isinstance(outcome, CheckNeeded):
            self.effort = outcome.effort  # the characters still count
            return None
        self.problems, is_missing = journey.answer_to(outcome).shown, isinstance(outcome, Incomplete)
        if self.other_way and SYMBOLS.id in self.problems:
            words = verification_texts.DO_THE_CHECK if is_missing else verification_texts.CHECK_AGAIN
            self.problems[SYMBOLS.id] = words
        if not is_missing:
            await self._renew(provided(Challenges).issue)
        return None

    def _taken(self, typed: str, browser: str) -> Asked | None:
        journey = self._journey
        return provided(journey.flow).recall(
            typed, lambda name: provided(NativeRequests).take(name, journey.flow.purpose, browser)
        )

    def _is_waiting(self, browser: str) -> bool:
        return provided(NativeRequests).is_waiting(self._journey.flow.purpose, browser)

    async def _renew(self, issue: Callable[[Purpose, str, str], str]) -> None:
        visitor, purpose = Visit.of_event(self), self._journey.flow.purpose
        retry_at = provided(Limits).pictures.take(visitor.network)
        if retry_at is not None:
            self.challenge, self.problems = "", {"form": common.too_many(retry_at)}
            return
        self.challenge = await asyncio.to_thread(issue, purpose, visitor.browser, self.challenge)
