"""What a browser shows of an account. Each event looks up the session's owner in the database."""

import asyncio
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, assert_never

import reflex as rx
from reflex.event import EventSpec

from cers_app.background.pools import Busy, JudgingPool
from cers_app.new_password.deciding import judged_then_hashed
from cers_app.new_password.judging import JudgingState
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.ui.time_left import TimedState
from cers_app.values import addresses, forms
from cers_app.values.answers import Problems
from cers_app.values.devices import UNKNOWN
from cers_app.values.limits import TooManyRequests
from cers_app.values.masking import mask
from cers_app.values.metrics import Hashing
from cers_app.values.next_path import sign_in_then
from cers_app.values.world import World
from cers_app.web.visit import Visit
from cers_app.words import account as texts
from cers_app.your_account.answers import answer_to
from cers_app.your_account.flow import YourAccount
from cers_app.your_account.outcomes import (
    ChangeOutcome,
    ChangePasswordForm,
    Incomplete,
    NotSignedIn,
    Overview,
    Refusal,
    SamePassword,
    WrongPassword,
)

SIGN_IN_FIRST = sign_in_then(addresses.CHANGE_PASSWORD)


def account_first() -> str:
    """The address of the sign-in page that leads back to the account page."""
    return sign_in_then(addresses.ACCOUNT, settings().continue_url)


class Stage(StrEnum):
    """What an account page shows. `UNKNOWN` until the State has looked the session up."""

    UNKNOWN = ""
    IN = auto()
    OUT = auto()
    CHANGED = auto()


class SessionState(TimedState, mixin=True):
    """What both pages know of the session."""

    stage: Stage = Stage.UNKNOWN
    name: str = ""
    username: str = ""
    is_extendable: bool = False
    """Whether use makes the session last longer."""

    async def _find(self) -> Overview | None:
        """Look up the session. This counts as use, and the page learns when the session ends now."""
        found = await asyncio.to_thread(provided(YourAccount).overview, Visit.of_event(self).session)
        self._show_session(found)
        return found if isinstance(found, Overview) else None

    def _show_session(self, found: Overview | NotSignedIn) -> None:
        match found:
            case NotSignedIn():
                self.stage, self.name, self.username = Stage.OUT, "", ""
                self._ends(None)
            case Overview():
                self.stage, self.name, self.username = Stage.IN, found.name, found.username
                self._ends(found.ends_at)
                self.is_extendable = found.is_extendable
            case _:
                assert_never(found)


class AccountState(SessionState, rx.State):
    """What a browser shows on the account page."""

    email: str = ""
    last_sign_in: str = ""
    checked: str = ""
    sessions: list[dict[str, str]] = []  # noqa: RUF012 - Reflex copies defaults for each browser tab
    steps: list[dict[str, str]] = []  # noqa: RUF012 - the same

    @rx.event
    async def load(self) -> EventSpec | None:
        """Show the account, or send the visitor to the sign-in page."""
        await self._reload()
        self.checked = ""
        return None if self.stage is Stage.IN else rx.redirect(account_first(), replace=True)

    @rx.event
    async def refresh(self) -> None:
        """Look up the session and the recent activity again."""
        await self._reload()
        self.checked = texts.checked(provided(World).now())

    @rx.event
    async def sign_out_other(self, session_id: str) -> None:
        """Sign another browser out."""
        visit, wanted = Visit.of_event(self), forms.text({"id": session_id}, "id")
        await asyncio.to_thread(provided(YourAccount).end_one, wanted, visit.session, visit)
        await self._reload()
        self.checked = texts.SIGNED_OUT_OTHER

    async def _reload(self) -> None:
        account = await self._find()
        if account is None:
            self.email, self.last_sign_in, self.sessions, self.steps = "", "", [], []
        else:
            self._show_account(account, provided(World).now(), Visit.of_event(self).ip)

    def _show_account(self, account: Overview, now: datetime, here: str) -> None:
        """`here` is the IP address of this browser."""
        self.email, at = mask(account.email), account.previous_sign_in_at
        self.last_sign_in = texts.sentence_case(texts.moment(at, now)) if at else texts.FIRST_TIME
        self.sessions = [
            {
                "id": "" if row.is_this else row.id,
                "device": texts.sentence_case(row.device or UNKNOWN),
                "which": texts.THIS_BROWSER if row.is_this else "",
                "since": texts.since(row.opened_at, now),
                "used": texts.last_used(row.seen_at, now),
                "ip": texts.network(row.ip, here),
            }
            for row in account.sessions
        ]
        self.steps = [
            {
                "what": texts.step(row.event, row.count),
                "at": texts.sentence_case(texts.moment(row.at, now)),
                "device": texts.sentence_case(row.device),
                "ip": texts.network(row.ip, here),
            }
            for row in account.steps
        ]


class ChangePasswordState(SessionState, JudgingState, rx.State):
    """What a browser shows while a visitor changes the password."""

    problems: Problems = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0

    @rx.event
    async def load(self) -> EventSpec | None:
        """Show the form, or send a visitor who is not signed in to the sign-in page."""
        self.problems = {}
        return await self._look()

    @rx.event
    async def stay(self) -> EventSpec | None:
        """Use the session, so that it lasts longer. What was typed stays on the page."""
        return await self._look()

    @rx.event
    async def submit(self, form: dict[str, Any]) -> None:
        """Change the password, or show why not."""
        outcome = await _change(ChangePasswordForm.parse(form), Visit.of_event(self))
        self.answered += 1
        self.problems = {}
        match outcome:
            case PasswordChanged():
                self.stage = Stage.CHANGED
            case NotSignedIn():
                self._show_session(outcome)
            case Incomplete() | WrongPassword() | SamePassword() | Weak() | TooManyRequests() | Busy():
                self.problems = answer_to(outcome, settings().password_min).shown
                await self._find()
            case _:
                assert_never(outcome)

    async def _judge(self, typed: str, visit: Visit) -> Strong | Weak | Busy | None:
        advise = provided(YourAccount).advise
        verdict = await provided(JudgingPool).run_for(visit.network, advise, typed, visit.session)
        if self.stage is Stage.IN:  # a verdict that comes after the change must not say that the visitor is signed out
            await self._find()
        return verdict

    async def _look(self) -> EventSpec | None:
        return None if await self._find() else rx.redirect(SIGN_IN_FIRST, replace=True)


async def _change(form: ChangePasswordForm, visit: Visit) -> ChangeOutcome | Refusal | Busy:
    flow, session = provided(YourAccount), visit.session
    return await judged_then_hashed(
        visit.network,
        session,
        Hashing.CHANGE,
        lambda: flow.decide(form, session),
        lambda accepted: flow.change_password(form.current, accepted, session, visit),
    )
