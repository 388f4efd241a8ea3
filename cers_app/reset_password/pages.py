"""The pages that reset a password: ask for a link, choose a new password, and what comes after each."""

import reflex as rx

from cers_app.mail_request.view import (
    Confirmation,
    confirmation,
    confirmation_page,
    deadline,
    next_steps,
    not_received,
    request_form,
)
from cers_app.reset_password.states import FORM, IDENTIFIER, NewPasswordState, ResetRequestState
from cers_app.ui.fields import Field, announcement, summary
from cers_app.ui.form import PlainForm, SelfSubmittingForm
from cers_app.ui.layout import PageHeading, done_heading, link, one_moment, page
from cers_app.ui.new_password import NEW_PASSWORD, new_password_field
from cers_app.ui.texts import common
from cers_app.ui.texts import mail_request as mail_request_texts
from cers_app.ui.texts import password as password_texts
from cers_app.ui.texts import reset_password as texts
from cers_app.verification.models import Purpose

WHO = Field("identifier", IDENTIFIER, texts.IDENTIFIER)
WORDS = Confirmation(texts.WILL_BE_SENT, texts.HELP, texts.WORKS_ONCE)


def reset_page() -> rx.Component:
    """Reset my Password."""
    before, strong, after = texts.PROVIDE
    return page(
        PageHeading.create(texts.HEADING),
        request_form(
            ResetRequestState,
            WHO,
            Purpose.RESET_PASSWORD,
            FORM,
            rx.el.p(before, rx.el.strong(strong), after),
            auto_complete="username",
        ),
        aside=next_steps(texts.STEPS),
    )


def sent_page() -> rx.Component:
    """Check your email."""
    return page(confirmation_page(ResetRequestState, WORDS))


def new_password_page() -> rx.Component:
    """Choose a new password; or why the opened link cannot be used; or that the password was changed."""
    state = NewPasswordState
    return page(
        rx.match(
            state.stage,
            ("live", _choose()),
            ("dead", _dead()),
            ("useless", _unusable(texts.CANNOT_USE)),
            ("unopened", _unusable(texts.OPEN_AGAIN)),
            ("renewed", _renewed()),
            ("changed", _leave()),
            one_moment(texts.CHOOSE, f"{FORM}new/plain"),
        ),
    )


def _choose() -> rx.Component:
    state = NewPasswordState
    return rx.fragment(
        PageHeading.create(texts.CHOOSE, key="choose"),
        summary(state.problems, state.answered, [NEW_PASSWORD]),
        rx.el.p(texts.FOR_WHOM, rx.el.strong(state.username), custom_attrs={"data-state": "live"}),
        rx.el.form(
            rx.el.input(type="hidden", name="link", value=state.link, read_only=True),
            new_password_field(state),
            rx.el.div(
                rx.el.button(texts.CHANGE, type="submit", class_name="primary", disabled=~state.is_hydrated),
                rx.el.button(common.CANCEL, type="submit", form="leave", class_name="quiet"),
                class_name="row stretch",
            ),
            on_submit=state.submit,
            method="post",
            action="/reset-password/new/",
            no_validate=True,
        ),
        _cancel_form(),
    )


def _dead() -> rx.Component:
    """The link was genuine: its page may send a fresh one to the same mailbox."""
    state = NewPasswordState
    return rx.fragment(
        PageHeading.create(texts.CANNOT_USE, key="dead"),
        rx.el.p(state.why_dead, custom_attrs={"data-state": "dead"}),
        rx.el.p(texts.CAN_RENEW),
        rx.el.div(
            rx.el.button(texts.SEND_NEW_LINK, type="button", class_name="primary", on_click=state.renew),
            class_name="row stretch",
        ),
        announcement(state.status, state.said),
        rx.el.p(link(common.SIGN_IN, "/sign-in/"), class_name="right"),
    )


def _unusable(heading: str) -> rx.Component:
    return rx.fragment(
        PageHeading.create(heading, key=heading),
        rx.el.p(NewPasswordState.why_dead, custom_attrs={"data-state": NewPasswordState.stage}),
        rx.el.p(texts.CAN_ASK),
        rx.el.div(link(texts.ASK_FOR_NEW_LINK, FORM, class_name="button primary"), class_name="row stretch"),
        rx.el.p(link(common.SIGN_IN, "/sign-in/"), class_name="right"),
    )


def _renewed() -> rx.Component:
    return rx.fragment(
        done_heading(mail_request_texts.CHECK_EMAIL),
        confirmation(WORDS, texts.SAME_ADDRESS),
        deadline(WORDS),
        not_received(WORDS),
        rx.el.p(link(common.SIGN_IN, "/sign-in/"), class_name="right"),
    )


def _leave() -> rx.Component:
    """Clears the reset cookie, which only an answer of the server can, and goes on to the last page."""
    return rx.fragment(
        PageHeading.create(password_texts.CHANGED, key="changed"),
        rx.el.p(common.LOADING, role="status"),
        SelfSubmittingForm.create(method="post", action="/reset-password/changed"),
    )


def _cancel_form() -> rx.Component:
    return PlainForm.create(method="post", action="/reset-password/cancel", id="leave")
