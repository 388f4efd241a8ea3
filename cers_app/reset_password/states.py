"""What the browser shows while somebody resets a password; how it looks stands in `pages.py`."""

import asyncio
from typing import Any, assert_never

import reflex as rx

from cers_app.accounts.password_policy import Weak
from cers_app.lanes import Busy
from cers_app.mail_request.journey import Journey
from cers_app.mail_request.outcomes import TooManyRequests
from cers_app.mail_request.states import MailRequestState
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
from cers_app.services import services
from cers_app.settings import settings
from cers_app.ui.new_password import NEW_PASSWORD
from cers_app.ui.texts import common
from cers_app.ui.texts import password as password_texts
from cers_app.ui.texts import reset_password as texts
from cers_app.verification.models import Purpose
from cers_app.web import socket

FORM, SENT = "/reset-password/", "/reset-password/sent/"
IDENTIFIER = "identifier"


def journey() -> Journey:
    """Asking for a link."""
    return Journey(
        flow=services().link_request,
        purpose=Purpose.RESET_PASSWORD,
        form_path=FORM,
        sent_path=SENT,
        name=IDENTIFIER,
        field=IDENTIFIER,
        missing=texts.ENTER_IDENTIFIER,
        odd=texts.ODD_IDENTIFIER,
    )


class ResetRequestState(MailRequestState, rx.State):
    """What the browser shows while a link is being asked for."""

    def _journey(self) -> Journey:
        return journey()


class NewPasswordState(rx.State):
    """What the browser shows of an opened link."""

    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    stage: str = ""
    """`live`, `dead`, `useless`, `unopened`, `renewed`, `changed`; empty until the link was looked at."""
    link: str = ""
    username: str = ""
    why_dead: str = ""
    shown: bool = False
    status: str = ""
    said: int = 0

    @rx.event
    async def load(self) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Say what the opened link can do before anybody types."""
        if socket.has_just_changed(self):
            return rx.redirect("/password-changed/", is_external=True)
        self.problems, self.shown, self.status = {}, False, ""
        self._show(await asyncio.to_thread(services().password_reset.look, socket.reset_digest(self)))
        return None

    @rx.event
    def toggle(self) -> None:
        """Show or hide the password."""
        self.shown = not self.shown

    @rx.event
    async def renew(self) -> None:
        """Send a fresh link to the mailbox the dead one came to."""
        flow, digest = services().password_reset, socket.reset_digest(self)
        outcome = await asyncio.to_thread(flow.renew, digest, socket.visitor_of(self))
        self.said += 1
        match outcome:
            case NewLinkSent():
                self.stage = "renewed"
            case AlreadyRenewed(at):
                self.status = texts.already_renewed(at)
            case TooManyRequests(retry_at):
                self.status = common.too_many(retry_at)
            case LinkLive() | LinkUsed() | LinkExpired() | LinkCancelled() | LinkNotOpened() | LinkNotComplete():
                self._show(outcome)
            case _:
                assert_never(outcome)

    @rx.event
    async def submit(self, form: dict[str, Any]) -> None:
        """Set the new password and turn the outcome into words."""
        flow, digest = services().password_reset, socket.reset_digest(self)
        visitor = socket.visitor_of(self)
        change = NewPasswordForm.parse(form)
        outcome = await services().hashing.run_for(visitor.network, flow.change, change, digest, visitor)
        self.answered += 1
        self.problems, self.shown = {}, False
        match outcome:
            case PasswordChanged():
                self.stage = "changed"
            case Weak():
                self.problems = {NEW_PASSWORD: password_texts.weak(outcome, settings().password_min)}
            case OtherLink():
                self._show(await asyncio.to_thread(flow.look, digest))
                self.problems = {"form": texts.OTHER_LINK}
            case Busy():
                self.problems = {"form": common.BUSY}
            case LinkLive() | LinkUsed() | LinkExpired() | LinkCancelled() | LinkNotOpened() | LinkNotComplete():
                self._show(outcome)
            case _:
                assert_never(outcome)

    def _show(self, link: LinkState) -> None:
        look = look_of(link)
        self.stage, self.link, self.username, self.why_dead = look.stage, look.link, look.username, look.why
