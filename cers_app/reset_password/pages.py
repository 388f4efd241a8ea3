"""The pages that reset a password: ask for a link, choose a new password, and what comes after each."""

import reflex as rx

from cers_app.reset_password.states import IDENTIFIER, NEW_PASSWORD, NewPasswordState, ResetRequestState
from cers_app.settings import settings
from cers_app.ui.fields import Field, field, password_field, renewed_key, summary
from cers_app.ui.form import Anchor, PlainForm, SelfSubmittingForm
from cers_app.ui.layout import PageHeading, link, need_help, page
from cers_app.ui.texts import common
from cers_app.ui.texts import reset_password as texts
from cers_app.verification.field import SYMBOLS, verification_field

WHO = Field("identifier", IDENTIFIER, texts.IDENTIFIER)


def reset_page() -> rx.Component:
    """Reset my Password."""
    state = ResetRequestState
    before, strong, after = texts.PROVIDE
    return page(
        PageHeading.create(texts.HEADING),
        rx.el.p(before, rx.el.strong(strong), after),
        _needs_script(),
        summary(state.problems, state.answered, [WHO.id, SYMBOLS.id]),
        rx.el.form(
            field(WHO, state.problems, auto_complete="username"),
            verification_field(state.challenge, state.problems, state.status, state.refresh),
            rx.el.div(
                rx.el.button(common.NEXT, type="submit", class_name="primary", disabled=~state.is_hydrated),
                link(common.CANCEL, "/sign-in/", class_name="button quiet"),
                class_name="row stretch",
            ),
            on_submit=state.submit,
            method="post",
            action="/reset-password/",
            no_validate=True,
        ),
        aside=_next_steps(),
    )


def sent_page() -> rx.Component:
    """Check your email."""
    state = ResetRequestState
    before, after = texts.WILL_BE_SENT
    config = settings()
    help_before, help_after = texts.HELP.split("{support}")
    return page(
        rx.cond(
            state.is_sent,
            rx.fragment(
                rx.el.div(
                    rx.el.span("✓", class_name="tick", aria_hidden="true"),
                    PageHeading.create(texts.CHECK_EMAIL),
                    class_name="done",
                ),
                rx.el.p(
                    before,
                    rx.cond(state.sent_to != "", rx.el.strong(state.sent_to), texts.ON_FILE),
                    after,
                    custom_attrs={"data-state": "sent"},
                ),
                rx.el.p(texts.NOTICE.format(sender=config.mail_from), class_name="note"),
                rx.el.p(
                    help_before,
                    Anchor.create(config.support_email, href=f"mailto:{config.support_email}"),
                    help_after,
                ),
                rx.el.p(link(common.SIGN_IN, "/sign-in/"), class_name="right"),
            ),
            _one_moment(texts.CHECK_EMAIL),
        ),
    )


def new_password_page() -> rx.Component:
    """Choose a new password; or why the opened link cannot be used; or that the password was changed."""
    state = NewPasswordState
    return page(
        rx.match(
            state.stage,
            ("live", _choose()),
            ("dead", _dead()),
            ("changed", _leave()),
            _one_moment(texts.CHOOSE),
        ),
    )


def changed_page() -> rx.Component:
    """Password changed."""
    return page(
        rx.el.div(
            rx.el.span("✓", class_name="tick", aria_hidden="true"),
            PageHeading.create(texts.CHANGED),
            class_name="done",
        ),
        rx.el.p(texts.CHANGED_WORDS, custom_attrs={"data-state": "changed"}),
        rx.el.p(texts.CHANGED_NEXT),
        link(common.SIGN_IN, "/sign-in/", class_name="button primary"),
    )


def _choose() -> rx.Component:
    state = NewPasswordState
    spec = Field("password", NEW_PASSWORD, texts.NEW_PASSWORD, texts.RULE.format(shortest=settings().password_min))
    return rx.fragment(
        PageHeading.create(texts.CHOOSE, key="choose"),
        rx.el.p(texts.FOR_WHOM, rx.el.strong(state.username), custom_attrs={"data-state": "live"}),
        summary(state.problems, state.answered, [NEW_PASSWORD]),
        rx.el.form(
            rx.el.input(type="hidden", name="link", value=state.link, read_only=True),
            # Password managers store the new password for this name.
            rx.el.input(
                type="text",
                name="username",
                value=state.username,
                read_only=True,
                auto_complete="username",
                class_name="unseen",
                tab_index=-1,
                aria_hidden="true",
            ),
            password_field(
                spec,
                state.problems,
                state.shown,
                state.toggle,
                auto_complete="new-password",
                custom_attrs={"passwordrules": f"minlength: {settings().password_min};"},
                key=renewed_key(state.answered),
            ),
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
    return rx.fragment(
        PageHeading.create(texts.CANNOT_USE, key="dead"),
        rx.el.p(NewPasswordState.why_dead, custom_attrs={"data-state": "dead"}),
        rx.el.div(link(texts.ASK_AGAIN, "/reset-password/", class_name="button primary"), class_name="row stretch"),
        rx.el.p(link(common.SIGN_IN, "/sign-in/"), class_name="right"),
    )


def _leave() -> rx.Component:
    """Clears the reset cookie, which only an answer of the server can, and goes on to the last page."""
    return rx.fragment(
        PageHeading.create(texts.CHANGED, key="changed"),
        rx.el.p(common.LOADING, role="status"),
        SelfSubmittingForm.create(method="post", action="/reset-password/changed"),
    )


def _cancel_form() -> rx.Component:
    return PlainForm.create(method="post", action="/reset-password/cancel", id="leave")


def _one_moment(heading: str) -> rx.Component:
    return rx.fragment(
        PageHeading.create(heading, key="moment"), rx.el.p(common.LOADING, role="status"), _needs_script()
    )


def _needs_script() -> rx.Component:
    return rx.el.noscript(rx.el.p(common.NEEDS_SCRIPT.format(support=settings().support_email), class_name="note"))


def _next_steps() -> rx.Component:
    minutes = settings().reset_link_minutes
    return rx.fragment(
        rx.el.h2(texts.NEXT_STEPS),
        rx.el.ol(*[rx.el.li(step.format(minutes=minutes)) for step in texts.STEPS]),
        need_help(),
    )
