"""The account page, the page that changes the password, and the page after the change."""

import reflex as rx
from reflex.event import EventType

from cers_app.new_password.field import NEW_PASSWORD, leave, new_password_field
from cers_app.settings import settings
from cers_app.ui.fields import Field, known_password_field
from cers_app.ui.form import AS_IT_IS, Anchor, PlainForm, StateVar, looked_up, said
from cers_app.ui.layout import PageHeading, done_heading, link, page, title, title_with_problems
from cers_app.ui.page import Page
from cers_app.ui.summary import summary
from cers_app.ui.time_left import ends_soon
from cers_app.values import addresses
from cers_app.values.next_path import sign_in_after_end
from cers_app.words import account as texts
from cers_app.words import common
from cers_app.words import password as password_texts
from cers_app.your_account.answers import CURRENT
from cers_app.your_account.states import (
    SIGN_IN_FIRST,
    AccountState,
    ChangePasswordState,
    SessionState,
    Stage,
    account_first,
)


def account_page() -> rx.Component:
    """Until the page is live, it offers only to sign out or to reset the password."""
    return page(
        PageHeading.create(texts.HEADING),
        rx.match(
            looked_up(AccountState.stage),
            (Stage.IN, _account()),
            (Stage.OUT, _signed_out(account_first())),
            _not_live(),
        ),
        is_broad=True,
        who=_who(AccountState),
    )


def change_password_page() -> rx.Component:
    """The button stays disabled until the page is live."""
    return page(
        rx.match(
            looked_up(ChangePasswordState.stage),
            (Stage.OUT, rx.fragment(PageHeading.create(texts.CHANGE_PASSWORD, key="out"), _signed_out(SIGN_IN_FIRST))),
            (Stage.CHANGED, leave(addresses.CHANGE_DONE)),
            _change(),
        ),
        who=_who(ChangePasswordState),
    )


def changed_page() -> rx.Component:
    """The server shows this page only to a browser that has just changed a password."""
    return page(
        done_heading(password_texts.CHANGED),
        rx.el.p(password_texts.CHANGED_WORDS, custom_attrs={"data-state": Stage.CHANGED}),
        rx.el.p(password_texts.CHANGED_NEXT),
        rx.el.div(link(common.SIGN_IN, addresses.SIGN_IN, class_name="button primary"), class_name="row stretch"),
    )


def _account() -> rx.Component:
    state, change = AccountState, "quiet" if settings().continue_url else "primary"
    rows = (
        (texts.NAME, said(state.name, custom_attrs=AS_IT_IS)),
        (texts.USERNAME, said(state.username, custom_attrs=AS_IT_IS)),
        (texts.EMAIL, said(state.email, custom_attrs=AS_IT_IS)),
        (texts.LAST_SIGN_IN, said(state.last_sign_in)),
    )
    return rx.fragment(
        _continue(),
        _ends_soon(state, state.refresh, account_first()),
        rx.el.dl(
            *[part for label, value in rows for part in (rx.el.dt(label), rx.el.dd(value))],
            custom_attrs={"data-state": Stage.IN},
        ),
        rx.el.div(
            link(texts.CHANGE_PASSWORD, addresses.CHANGE_PASSWORD, class_name=f"button {change}"),
            class_name="row stretch",
        ),
        rx.el.h2(texts.OPEN_SESSIONS),
        rx.el.p(texts.OPEN_SESSIONS_WORDS),
        rx.el.ul(rx.foreach(state.sessions, _session), class_name="entries"),
        rx.el.div(_post(texts.SIGN_OUT_EVERYWHERE, addresses.SIGN_OUT_EVERYWHERE), class_name="row stretch"),
        rx.el.h2(texts.RECENT_ACTIVITY),
        rx.el.p(texts.RECENT_ACTIVITY_WORDS),
        rx.el.ul(rx.foreach(state.steps, _step), class_name="entries"),
        rx.el.div(
            rx.el.button(texts.REFRESH, type="button", class_name="quiet small", on_click=state.refresh),
            rx.el.span(said(state.checked), role="status"),
            class_name="row",
        ),
    )


def _continue() -> rx.Component:
    """The way to the application that people sign in for. The browser itself follows it, also on this host."""
    address = settings().continue_url
    if not address:
        return rx.fragment()
    return rx.el.div(Anchor.create(texts.CONTINUE, href=address, class_name="button primary"), class_name="row stretch")


def _not_live() -> rx.Component:
    """What works before the page is live, or without scripts."""
    return rx.fragment(
        _continue(),
        rx.el.p(texts.NEEDS_SCRIPT),
        rx.el.div(
            _post(texts.SIGN_OUT, addresses.SIGN_OUT),
            _post(texts.SIGN_OUT_EVERYWHERE, addresses.SIGN_OUT_EVERYWHERE),
            class_name="row stretch",
        ),
        rx.el.p(link(texts.RESET_INSTEAD, addresses.RESET_PASSWORD)),
    )


def _session(row: StateVar) -> rx.Component:
    state: StateVar = AccountState
    sign_out = rx.el.button(
        texts.SIGN_OUT_THIS,
        type="button",
        class_name="quiet small",
        aria_label=texts.SIGN_OUT_OF.format(device=row["device"]),
        on_click=state.sign_out_other(row["id"]),
    )
    return rx.el.li(
        rx.el.div(rx.el.strong(said(row["device"])), rx.el.br(), rx.el.span(said(row["which"]), class_name="tag")),
        rx.el.span(said(row["since"]), rx.el.br(), said(row["used"]), rx.el.br(), said(row["ip"])),
        rx.cond(row["id"] != "", sign_out, rx.fragment()),
        key=row["id"],
    )


def _step(row: StateVar) -> rx.Component:
    return rx.el.li(
        rx.el.strong(said(row["what"])),
        rx.el.span(said(row["at"]), rx.el.br(), said(row["device"])),
        rx.el.span(said(row["ip"])),
    )


def _ends_soon(state: type[SessionState], stay: EventType[()], sign_in: str) -> rx.Component:
    """The warning, and the button that makes the session last longer."""
    button = rx.el.button(texts.STAY, type="button", class_name="primary", on_click=stay)
    if_idle, anyway = _until(texts.ENDS_SOON, state), _until(texts.ENDS_SOON_ANYWAY, state)
    return ends_soon(
        state,
        rx.cond(state.is_extendable, rx.el.div(if_idle, button), anyway),
        then=sign_in_after_end(sign_in),
    )


def _until(words: tuple[str, str], state: type[SessionState]) -> rx.Component:
    before, after = words
    return rx.el.p(before, state.until, after, key=state.until)


def _who(state: type[SessionState]) -> rx.Component:
    """Who is signed in, and the button that signs out."""
    return rx.cond(
        looked_up(state.stage) == Stage.IN,
        rx.el.div(
            rx.el.span(said(state.name, custom_attrs=AS_IT_IS)),
            _post(texts.SIGN_OUT, addresses.SIGN_OUT),
            class_name="who",
        ),
        rx.fragment(),
    )


def _post(words: str, action: str) -> rx.Component:
    return PlainForm.create(rx.el.button(words, type="submit", class_name="quiet"), action=action)


def _change() -> rx.Component:
    state = ChangePasswordState
    return rx.fragment(
        PageHeading.create(texts.CHANGE_PASSWORD, key="in"),
        _ends_soon(state, state.stay, SIGN_IN_FIRST),
        summary(state.problems, state.answered, [CURRENT, NEW_PASSWORD]),
        rx.el.p(texts.ENDS_SESSIONS),
        rx.el.form(
            known_password_field(
                Field("current", CURRENT, texts.CURRENT),
                state,
                auto_complete="current-password",
            ),
            new_password_field(state),
            rx.el.div(
                rx.el.button(texts.CHANGE_PASSWORD, type="submit", class_name="primary", disabled=~state.is_hydrated),
                link(common.CANCEL, addresses.ACCOUNT, class_name="button quiet"),
                class_name="row stretch",
            ),
            rx.cond(state.is_hydrated, rx.fragment(), rx.el.p(texts.BUTTON_NEEDS_SCRIPT, class_name="hint")),
            on_submit=state.submit,
            method="post",
            action=addresses.CHANGE_PASSWORD,
            no_validate=True,
        ),
        rx.el.p(texts.FORGOT_CURRENT, " ", link(texts.RESET_INSTEAD, addresses.RESET_PASSWORD)),
    )


def _signed_out(sign_in: str) -> rx.Component:
    return rx.fragment(
        rx.el.p(texts.SIGNED_OUT, role="status", custom_attrs={"data-state": Stage.OUT}),
        link(common.SIGN_IN, sign_in, class_name="button primary"),
    )


PAGES = [
    Page(addresses.ACCOUNT, account_page, title(texts.HEADING), AccountState.load),
    Page(
        addresses.CHANGE_PASSWORD,
        change_password_page,
        title_with_problems(texts.CHANGE_PASSWORD, ChangePasswordState.problems),
        ChangePasswordState.load,
    ),
    Page(addresses.PASSWORD_CHANGED, changed_page, title(password_texts.CHANGED)),
]
