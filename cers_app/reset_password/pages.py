"""The page that asks for a link, its confirmation, and the page of an opened link."""

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
from cers_app.new_password.field import NEW_PASSWORD, leave, new_password_field
from cers_app.reset_password.answers import REFUSALS, RENEWED, USELESS, answer_to, answer_to_link
from cers_app.reset_password.states import JOURNEY, LinkStage, NewPasswordState, ResetRequestState
from cers_app.settings import settings
from cers_app.ui.fields import announcement
from cers_app.ui.form import AS_IT_IS, PlainForm, ProgressiveForm, StateVar, looked_up, said
from cers_app.ui.layout import PageHeading, done, done_heading, link, page, title, title_with_problems
from cers_app.ui.page import Page
from cers_app.ui.summary import refusals_by_address, summary
from cers_app.values import addresses
from cers_app.words import common
from cers_app.words import mail_request as mail_request_texts
from cers_app.words import reset_password as texts

WORDS = Confirmation(texts.WILL_BE_SENT, mail_request_texts.ON_FILE, texts.HELP, texts.WORKS_ONCE)


def reset_page() -> rx.Component:
    """Asks for a username or email address and the verification characters."""
    before, strong, after = texts.PROVIDE
    return page(
        PageHeading.create(texts.HEADING),
        request_form(
            ResetRequestState,
            JOURNEY,
            rx.el.p(before, rx.el.strong(strong), after),
            auto_complete="username",
        ),
        aside=next_steps(texts.STEPS),
    )


def sent_page() -> rx.Component:
    """The same for a name with and without an account."""
    return page(confirmation_page(ResetRequestState, WORDS, JOURNEY.form_path))


def new_password_page() -> rx.Component:
    """Shows one `LinkStage`. Until the State has looked the link up, the page's address decides which."""
    state = NewPasswordState
    stage = looked_up(state.stage)
    return page(
        rx.match(
            stage,
            (
                LinkStage.USELESS,
                _useless(PageHeading.create(said(state.heading), key="useless"), said(state.why), _ways_on()),
            ),
            (LinkStage.RENEWED, _renewed(done_heading(mail_request_texts.CHECK_EMAIL))),
            (LinkStage.CHANGED, leave(addresses.RESET_DONE)),
            rx.fragment(rx.cond(stage == LinkStage.UNKNOWN, rx.fragment(*_by_address()), rx.fragment()), _choose()),
        ),
    )


def _by_address() -> list[rx.Component]:
    """What each address shows instead of the form, in general words."""
    told = [answer_to_link(link) for link in USELESS]
    ask, renew = _ask(), _renewing(PlainForm.create(_renew_button(), action=addresses.RENEW_LINK))
    parts = {each.id: _useless(rx.el.h1(each.heading), each.why, renew if each.is_renewable else ask) for each in told}
    parts[RENEWED] = _renewed(done(rx.el.h1(mail_request_texts.CHECK_EMAIL)))
    return [rx.el.section(part, id=name, class_name="instead by-address", tab_index=-1) for name, part in parts.items()]


def _choose() -> rx.Component:
    state, shortest = NewPasswordState, settings().password_min
    return rx.fragment(
        PageHeading.create(texts.CHOOSE, key="choose"),
        refusals_by_address([answer_to(refusal, shortest) for refusal in REFUSALS], state.answered),
        summary(state.problems, state.answered, [NEW_PASSWORD]),
        _whose(state.username),
        ProgressiveForm.create(
            rx.el.input(type="hidden", name="link", value=state.link, read_only=True),
            new_password_field(state),
            rx.el.div(
                rx.el.button(texts.CHANGE, type="submit", class_name="primary"),
                rx.el.button(common.CANCEL, type="submit", form="leave", class_name="quiet"),
                class_name="row stretch",
            ),
            answered=state.answered,
            on_submit=state.submit,
            action=addresses.NEW_PASSWORD,
        ),
        PlainForm.create(action=addresses.CANCEL_RESET, id="leave"),
    )


def _whose(username: StateVar) -> rx.Component:
    """Whose password it is. Until the State knows, the same space is empty: a form that moved would miss a press."""
    return rx.cond(
        username != "",
        rx.el.p(
            texts.FOR_WHOM,
            rx.el.strong(username, custom_attrs=AS_IT_IS),
            key=username,
            class_name="whose",
            custom_attrs={"data-state": LinkStage.LIVE},
        ),
        rx.el.p(texts.FOR_WHOM, rx.el.strong("…"), class_name="whose unknown"),
    )


def _useless(heading: rx.Component, why: rx.Component | str, ways_on: rx.Component) -> rx.Component:
    return rx.fragment(
        heading,
        rx.el.p(why, custom_attrs={"data-state": LinkStage.USELESS}),
        ways_on,
        rx.el.p(link(common.SIGN_IN, addresses.SIGN_IN), class_name="right"),
    )


def _ways_on() -> rx.Component:
    """A genuine link's page can send a fresh link to the same mailbox."""
    state = NewPasswordState
    renew = ProgressiveForm.create(
        _renew_button(), answered=state.said, on_submit=state.renew, action=addresses.RENEW_LINK
    )
    return rx.cond(state.is_renewable, _renewing(renew, announcement(state.status, state.said)), _ask())


def _renewing(*form: rx.Component) -> rx.Component:
    return rx.fragment(rx.el.p(texts.CAN_RENEW), *form)


def _renew_button() -> rx.Component:
    return rx.el.div(rx.el.button(texts.SEND_NEW_LINK, type="submit", class_name="primary"), class_name="row stretch")


def _ask() -> rx.Component:
    return rx.fragment(
        rx.el.p(texts.CAN_ASK),
        rx.el.div(
            link(texts.ASK_FOR_NEW_LINK, JOURNEY.form_path, class_name="button primary"), class_name="row stretch"
        ),
    )


def _renewed(heading: rx.Component) -> rx.Component:
    return rx.fragment(
        heading,
        confirmation(WORDS, texts.SAME_ADDRESS),
        deadline(WORDS),
        not_received(WORDS),
        rx.el.p(link(common.SIGN_IN, addresses.SIGN_IN), class_name="right"),
    )


def _title_of_link() -> StateVar:
    state = NewPasswordState
    return rx.match(
        looked_up(state.stage),
        (LinkStage.USELESS, title(state.heading)),
        (LinkStage.RENEWED, title(mail_request_texts.CHECK_EMAIL)),
        title_with_problems(texts.CHOOSE, state.problems),
    )


PAGES = [
    Page(
        addresses.RESET_PASSWORD,
        reset_page,
        title_with_problems(texts.HEADING, ResetRequestState.problems),
        ResetRequestState.load,
    ),
    Page(addresses.LINK_SENT, sent_page, title(mail_request_texts.CHECK_EMAIL)),
    Page(addresses.NEW_PASSWORD, new_password_page, _title_of_link(), NewPasswordState.load),
]
