"""The account page."""

import asyncio
from typing import Any

import reflex as rx

from cers_app.accounts.masking import mask
from cers_app.services import services
from cers_app.ui.form import PlainForm
from cers_app.ui.layout import PageHeading, link, page
from cers_app.ui.texts import account as texts
from cers_app.ui.texts import common
from cers_app.web import socket


class AccountState(rx.State):
    """What the signed-in person sees. Who that is, the database says at each event."""

    stage: str = ""
    """`in`, `out`; empty until the session was looked at."""
    name: str = ""
    username: str = ""
    email: str = ""

    @rx.event
    async def load(self) -> Any:  # noqa: ANN401 - nothing, or an event of the framework
        """Show the account, or lead to the sign-in page."""
        await self._look()
        return None if self.stage == "in" else rx.redirect("/sign-in/", replace=True)

    @rx.event
    async def refresh(self) -> None:
        """Look again whether the session still lives."""
        await self._look()

    async def _look(self) -> None:
        account = await asyncio.to_thread(services().sessions.check, socket.session_digest(self))
        if account is None:
            self.stage, self.name, self.username, self.email = "out", "", "", ""
            return
        self.stage = "in"
        self.name = f"{account.first_name} {account.last_name}".strip()
        self.username, self.email = account.username, mask(account.email)


def account_page() -> rx.Component:
    """Your account."""
    state = AccountState
    return page(
        PageHeading.create(texts.HEADING),
        rx.match(
            state.stage,
            ("in", _account()),
            ("out", _signed_out()),
            rx.el.p(common.LOADING, role="status"),
        ),
    )


def _account() -> rx.Component:
    state = AccountState
    rows = ((texts.NAME, state.name), (texts.USERNAME, state.username), (texts.EMAIL, state.email))
    return rx.fragment(
        rx.el.dl(
            *[part for label, value in rows for part in (rx.el.dt(label), rx.el.dd(value))],
            custom_attrs={"data-state": "in"},
        ),
        rx.el.div(
            rx.el.button(texts.REFRESH, type="button", class_name="quiet", on_click=state.refresh),
            PlainForm.create(
                rx.el.button(texts.SIGN_OUT, type="submit", class_name="primary"), method="post", action="/sign-out"
            ),
            class_name="row",
        ),
    )


def _signed_out() -> rx.Component:
    return rx.fragment(
        rx.el.p(texts.SIGNED_OUT, role="status", custom_attrs={"data-state": "out"}),
        link(common.SIGN_IN, "/sign-in/", class_name="button primary"),
    )
