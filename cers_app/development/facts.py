"""Puts a page's State into a stage, with fixed facts. The States show them with their own methods."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import reflex as rx

from cers_app.mail_request.outcomes import Asked, Receipt
from cers_app.mail_request.states import MailRequestState
from cers_app.mail_request.waiting import WaitingState
from cers_app.reset_password.links import LinkExpired, LinkLive, LinkState
from cers_app.reset_password.states import NewPasswordState
from cers_app.ui.time_left import TimedState
from cers_app.values.answers import SOME_TIME, Problems
from cers_app.values.dates import WARNED_BEFORE, clock_time
from cers_app.values.events import Event
from cers_app.values.masking import mask
from cers_app.words.help import EXAMPLE_DEVICE, EXAMPLE_REFERENCE
from cers_app.your_account.outcomes import NotSignedIn, OpenSession, Overview, Step
from cers_app.your_account.states import AccountState, SessionState

NOW = datetime(2026, 5, 22, 19, 5, tzinfo=UTC)
"""Noon and five minutes in California."""
HERE, ELSEWHERE = "192.0.2.7", "2001:db8:85a3:8d3:1319:8a2e:370:7348"
"""Addresses for documentation (RFC 5737 and RFC 3849)."""
NAME, USERNAME, ADDRESS = "Ann Gause", "caxxxxx01", "anngause@example.com"
OTHER_ADDRESS, MISSPELT = "caxxxxx01@example.com", "anngause@gmial.com"
"""As in the examples of the CERS help page."""

Arrange = Callable[[Any], object]
Outcome = TypeVar("Outcome")


def timed(outcome: Outcome) -> Outcome:
    """The outcome with `NOW` instead of the time of an example."""
    if not is_dataclass(outcome) or isinstance(outcome, type):
        return outcome
    times = {field.name: NOW for field in fields(outcome) if getattr(outcome, field.name) == SOME_TIME}
    return replace(outcome, **times) if times else outcome


def nothing(_state: rx.State) -> None:
    """The page as its State finds it."""


def values(**facts: object) -> Arrange:
    """Some attributes of a State."""

    def arrange(state: rx.State) -> None:
        for name, fact in facts.items():
            setattr(state, name, fact)

    return arrange


def problems(shown: Problems, before: Arrange = nothing, **facts: object) -> Arrange:
    """The problems of a refusal, after the facts of `before`."""

    def arrange(state: Any) -> None:  # noqa: ANN401 - any State with problems
        before(state)
        state.problems, state.answered = shown, state.answered + 1
        values(**facts)(state)

    return arrange


def asked(typed: str, status: str = "", **facts: object) -> Arrange:
    """A request for mail. `status` is what the page says about asking again."""

    def arrange(state: WaitingState) -> None:
        is_address = "@" in typed
        receipt = Receipt(typed, NOW, NOW, "" if is_address else typed)
        state._forget()
        state._show(Asked(mask(typed) if is_address else "", receipt, NOW, EXAMPLE_REFERENCE))
        values(**facts)(state)
        if status:
            state._say(status)

    return arrange


def announced(words: str) -> Arrange:
    """An announcement, such as the one about a new picture."""

    def arrange(state: MailRequestState) -> None:
        state._say(words)

    return arrange


def link(found: LinkState, status: str = "") -> Arrange:
    """An opened link. `status` is why it sends no fresh one."""

    def arrange(state: NewPasswordState) -> None:
        state._show_link(found)
        state.status, state.said = status, state.said + 1

    return arrange


def live_link(*, ends_soon: bool = False) -> Arrange:
    """The form of an opened link that works."""

    def arrange(state: NewPasswordState) -> None:
        state._show_link(LinkLive("", USERNAME, NOW))
        _end(state, ends_soon=ends_soon)

    return arrange


def dead_link(status: str) -> Arrange:
    """The page of an expired link, whose button has just been pressed for nothing."""
    return link(LinkExpired(NOW), status)


def session(*, ends_soon: bool = False, is_extendable: bool = True) -> Arrange:
    """Somebody who is signed in."""

    def arrange(state: SessionState) -> None:
        state._show_session(_overview(is_extendable=is_extendable))
        _end(state, ends_soon=ends_soon)

    return arrange


def signed_out(state: SessionState) -> None:
    """Nobody is signed in any more."""
    state._show_session(NotSignedIn())


def account(*, is_first: bool = False, checked: str = "", **more: bool) -> Arrange:
    """The account page."""

    def arrange(state: AccountState) -> None:
        session(**more)(state)
        state._show_account(_overview(is_first=is_first), NOW, HERE)
        state.checked = checked

    return arrange


def _end(state: TimedState, *, ends_soon: bool) -> None:
    """When the page ends. The warning is there from the start, or never comes."""
    state.until = clock_time(NOW)
    state.ends_in = WARNED_BEFORE.total_seconds() * (1 if ends_soon else 1000)


def _overview(*, is_first: bool = False, is_extendable: bool = True) -> Overview:
    ago = [NOW - timedelta(**passed) for passed in ({"minutes": 4}, {"hours": 3}, {"days": 9})]
    return Overview(
        name=NAME,
        username=USERNAME,
        email=ADDRESS,
        previous_sign_in_at=None if is_first else ago[1],
        sessions=(
            OpenSession("", EXAMPLE_DEVICE, ago[0], NOW, HERE, is_this=True),
            OpenSession("example", "Firefox on Android", ago[1], ago[0], ELSEWHERE, is_this=False),
        ),
        steps=(
            Step(Event.SIGN_IN_OK, ago[0], 1, HERE, EXAMPLE_DEVICE),
            Step(Event.SIGN_IN_REFUSED, ago[1], 3, ELSEWHERE, ""),
            Step(Event.PASSWORD_CHANGED, ago[2], 1, HERE, EXAMPLE_DEVICE),
        ),
        ends_at=NOW,
        is_extendable=is_extendable,
    )
