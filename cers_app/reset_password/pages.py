"""The page that asks for a link, its confirmation, and the page of an opened link."""

from dataclasses import replace

import reflex as rx

from cers_app.mail_request.confirmation import Confirmation, confirmation
from cers_app.mail_request.view import confirmation_page, next_steps, request_form
from cers_app.new_password.field import NEW_PASSWORD, leave, new_password_field
from cers_app.reset_password.answers import REFUSALS, RENEWED, USELESS, Useless, answer_to, answer_to_link
from cers_app.reset_password.states import JOURNEY, LinkStage, NewPasswordState, ResetRequestState
from cers_app.settings import settings
from cers_app.ui.fields import announcement
from cers_app.ui.form import AS_IT_IS, LIVE, PlainForm, ProgressiveForm, StateVar, looked_up, said, with_support
from cers_app.ui.layout import PageHeading, link, page, steps, title, title_with_problems, with_letter
from cers_app.ui.page import Page
from cers_app.ui.summary import refusals_by_address, summary
from cers_app.ui.time_left import ends_soon
from cers_app.values import addresses
from cers_app.words import common
from cers_app.words import mail_request as mail_request_texts
from cers_app.words import reset_password as texts

WORDS = Confirmation(texts.WILL_BE_SENT, mail_request_texts.ON_FILE, texts.NOW, texts.HELP)


def reset_page() -> rx.Component:
    """Asks for a username or email address and the verification characters."""
    before, strong, after = texts.PROVIDE
    return page(
        steps(texts.JOURNEY, current=1),
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
    return page(confirmation_page(ResetRequestState, WORDS, JOURNEY.form_path, texts.JOURNEY))


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
            (LinkStage.RENEWED, _renewed(PageHeading.create(mail_request_texts.CHECK_EMAIL))),
            (LinkStage.CHANGED, leave(addresses.RESET_DONE)),
            rx.fragment(rx.cond(stage == LinkStage.UNKNOWN, rx.fragment(*_by_address()), rx.fragment()), _choose()),
        ),
    )


def _by_address() -> list[rx.Component]:
    """What each address shows instead of the form, in general words."""
    told = [answer_to_link(link) for link in USELESS]
    parts = {each.id: _useless(rx.el.h1(each.heading), each.why, _ways_on_by_address(each)) for each in told}
    parts[RENEWED] = _renewed(rx.el.h1(mail_request_texts.CHECK_EMAIL))
    return [rx.el.section(part, id=name, class_name="instead by-address", tab_index=-1) for name, part in parts.items()]


def _choose() -> rx.Component:
    state, shortest = NewPasswordState, settings().password_min
    return rx.fragment(
        steps(texts.JOURNEY, current=3),
        PageHeading.create(texts.CHOOSE, key="choose"),
        refusals_by_address([answer_to(refusal, shortest) for refusal in REFUSALS], state.answered),
        summary(state.problems, state.answered, [NEW_PASSWORD]),
        ends_soon(
            state,
            rx.el.p(texts.ENDS_SOON[0], state.until, texts.ENDS_SOON[1], key=state.until),
            rx.el.button(texts.SEND_NEW_LINK, type="button", class_name="primary", on_click=state.renew),
            announcement(state.status, state.said),
        ),
        _whose(state.username, state.until),
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
        PlainForm.create(action=addresses.CANCEL, id="leave"),
    )


def _whose(username: StateVar, until: StateVar) -> rx.Component:
    """Whose password it is, and how long the link works.

    Until the State knows, the same space is empty: a form that moved would miss a press.
    """
    whose = rx.el.p(texts.FOR_WHOM, rx.el.strong(username, custom_attrs=AS_IT_IS), key=username, class_name="whose")
    works_until = rx.el.p(texts.WORKS_UNTIL, until, key=until, class_name="hint")
    nobodys = rx.el.p(texts.FOR_WHOM, rx.el.strong("…"), class_name="whose unknown")
    return rx.cond(
        LIVE & (username != ""),
        rx.el.div(whose, works_until, custom_attrs={"data-state": LinkStage.LIVE}),
        rx.el.div(nobodys, rx.el.p(texts.WORKS_UNTIL, class_name="hint unknown")),
    )


def _useless(heading: rx.Component, why: rx.Component | str, ways_on: rx.Component) -> rx.Component:
    return rx.fragment(heading, rx.el.p(why, custom_attrs={"data-state": LinkStage.USELESS}), ways_on)


def _ways_on() -> rx.Component:
    """A genuine link's page can send a fresh link to the same mailbox."""
    state = NewPasswordState
    renew = ProgressiveForm.create(
        _renew_button(state.is_question), answered=state.said, on_submit=state.renew, action=addresses.RENEW_LINK
    )
    renewing = rx.fragment(renew, announcement(state.status, state.said))
    return rx.cond(
        state.is_question,
        _was_it_you(renewing),
        rx.fragment(rx.cond(state.is_renewable, _renewing(renewing), _ask()), _to_sign_in()),
    )


def _ways_on_by_address(told: Useless) -> rx.Component:
    """The same before the page is live."""
    renew = PlainForm.create(_renew_button(told.is_question), action=addresses.RENEW_LINK)
    if told.is_question:
        return _was_it_you(renew)
    return rx.fragment(_renewing(renew) if told.is_renewable else _ask(), _to_sign_in())


def _was_it_you(renew: rx.Component) -> rx.Component:
    """Most who come here have just set the password themselves. The others must act."""
    return rx.fragment(
        rx.el.h2(texts.IT_WAS_ME),
        rx.el.p(texts.WAS_YOU),
        rx.el.div(link(common.SIGN_IN, addresses.SIGN_IN, class_name="button primary"), class_name="row stretch"),
        rx.el.h2(texts.NOT_ME),
        rx.el.p(*with_support(texts.WAS_NOT_YOU)),
        renew,
    )


def _renewing(renew: rx.Component) -> rx.Component:
    return rx.fragment(rx.el.p(texts.CAN_RENEW), renew)


def _renew_button(is_second: StateVar) -> rx.Component:
    look = rx.cond(is_second, "quiet", "primary")
    return rx.el.div(rx.el.button(texts.SEND_NEW_LINK, type="submit", class_name=look), class_name="row stretch")


def _to_sign_in() -> rx.Component:
    return rx.el.p(link(common.SIGN_IN, addresses.SIGN_IN), class_name="right")


def _ask() -> rx.Component:
    return rx.fragment(
        rx.el.p(texts.CAN_ASK),
        rx.el.div(
            link(texts.ASK_FOR_NEW_LINK, JOURNEY.form_path, class_name="button primary"), class_name="row stretch"
        ),
    )


def _renewed(heading: rx.Component) -> rx.Component:
    words = replace(WORDS, unmasked=texts.SAME_ADDRESS)
    return rx.fragment(
        steps(texts.JOURNEY, current=2),
        confirmation(NewPasswordState, words, JOURNEY.form_path, with_letter(heading)),
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
