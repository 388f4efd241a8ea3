"""What the browser shows while somebody resets a password; how it looks stands in `pages.py`."""

import asyncio
from typing import Any, assert_never

import reflex as rx

from cers_app.accounts.password_policy import Weak
from cers_app.lanes import Busy
from cers_app.reset_password.links import LinkCancelled, LinkExpired, LinkLive, LinkState, LinkUsed, NoLink
from cers_app.reset_password.outcomes import (
    CharactersExpired,
    Incomplete,
    LinkSent,
    NewPasswordForm,
    OtherLink,
    PasswordChanged,
    RequestOutcome,
    ResetForm,
    TooManyRequests,
    WrongCharacters,
)
from cers_app.services import services
from cers_app.settings import settings
from cers_app.ui.texts import common
from cers_app.ui.texts import reset_password as texts
from cers_app.ui.texts import verification as verification_texts
from cers_app.verification.challenge import Purpose
from cers_app.web import socket

SENT = "/reset-password/sent/"
IDENTIFIER, CHARACTERS, NEW_PASSWORD = "identifier", "characters", "new-password"


class ResetRequestState(rx.State):
    """What the browser shows while a link is being asked for."""

    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    challenge: str = ""
    status: str = ""
    is_sent: bool = False
    sent_to: str = ""
    _spent: str = ""

    @rx.event
    async def load(self) -> None:
        """Begin anew, with new characters."""
        self.problems, self.status, self.is_sent, self.sent_to = {}, "", False, ""
        await self._renew()

    @rx.event
    def load_sent(self) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Show the confirmation in the tab that asked; any other begins at the form."""
        return None if self.is_sent else rx.redirect("/reset-password/", replace=True)

    @rx.event
    async def refresh(self) -> None:
        """Another picture; what else was typed stays."""
        await self._renew()
        self.status = verification_texts.REFRESHED

    @rx.event
    async def submit(self, form: dict[str, Any]) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Ask for a link and turn the outcome into words."""
        parsed = ResetForm.parse(form)
        if self._spent and parsed.challenge == self._spent and self.is_sent:
            return None  # a double click: the first one was answered
        outcome = await asyncio.to_thread(services().password_reset.request, parsed, socket.visitor_of(self))
        self.answered += 1
        self.status = ""
        self.problems = _problems(outcome)
        if isinstance(outcome, LinkSent):
            self.is_sent, self.sent_to, self._spent = True, outcome.masked_address, parsed.challenge
            return rx.redirect(SENT)
        if not isinstance(outcome, Incomplete):
            await self._renew()
        return None

    async def _renew(self) -> None:
        owner = socket.visitor_of(self).browser
        issue = services().challenges.issue
        self.challenge = await asyncio.to_thread(issue, Purpose.RESET_PASSWORD, owner, self.challenge)


class NewPasswordState(rx.State):
    """What the browser shows of an opened link."""

    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    stage: str = ""
    """`live`, `dead`, `changed`; empty until the link was looked at."""
    link: str = ""
    username: str = ""
    why_dead: str = ""
    shown: bool = False

    @rx.event
    async def load(self) -> None:
        """Say what the opened link can do before anybody types."""
        self.problems, self.shown = {}, False
        self._show(await asyncio.to_thread(services().password_reset.look, socket.reset_digest(self)))

    @rx.event
    def toggle(self) -> None:
        """Show or hide the password."""
        self.shown = not self.shown

    @rx.event
    async def submit(self, form: dict[str, Any]) -> None:
        """Set the new password and turn the outcome into words."""
        flow, digest = services().password_reset, socket.reset_digest(self)
        outcome = await services().hashing.run(
            flow.change, NewPasswordForm.parse(form), digest, socket.visitor_of(self)
        )
        self.answered += 1
        self.problems = {}
        match outcome:
            case PasswordChanged():
                self.stage = "changed"
            case Weak(weakness):
                self.problems = {NEW_PASSWORD: texts.weak(weakness, settings().password_min)}
            case OtherLink():
                self._show(await asyncio.to_thread(flow.look, digest))
                self.problems = {"form": texts.OTHER_LINK}
            case Busy():
                self.problems = {"form": common.BUSY}
            case LinkLive() | LinkUsed() | LinkExpired() | LinkCancelled() | NoLink():
                self._show(outcome)
            case _:
                assert_never(outcome)

    def _show(self, link: LinkState) -> None:
        self.link, self.username, self.stage, self.why_dead = "", "", "dead", ""
        match link:
            case LinkLive(public_id, username):
                self.link, self.username, self.stage = public_id, username, "live"
            case LinkUsed(at):
                self.why_dead = texts.used(at)
            case LinkExpired(at):
                self.why_dead = texts.expired(at)
            case LinkCancelled(at, why):
                self.why_dead = texts.cancelled(at, why)
            case NoLink():
                self.why_dead = texts.NO_LINK
            case _:
                assert_never(link)


def _problems(outcome: RequestOutcome) -> dict[str, str]:
    match outcome:
        case LinkSent():
            return {}
        case Incomplete(identifier, characters, not_an_identifier):
            found = {
                IDENTIFIER: texts.ODD_IDENTIFIER * not_an_identifier or texts.ENTER_IDENTIFIER * identifier,
                CHARACTERS: verification_texts.ENTER_CHARACTERS * characters,
            }
            return {name: words for name, words in found.items() if words}
        case WrongCharacters():
            return {CHARACTERS: verification_texts.WRONG_CHARACTERS}
        case CharactersExpired():
            return {CHARACTERS: verification_texts.EXPIRED_CHARACTERS}
        case TooManyRequests(retry_at):
            return {"form": common.too_many(retry_at)}
        case _:
            assert_never(outcome)
