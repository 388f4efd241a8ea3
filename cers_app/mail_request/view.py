"""The form that asks for a mail, and the page after it."""

from typing import Any

import reflex as rx

from cers_app.frontend import typed
from cers_app.mail_request.answers import REFUSALS, Journey
from cers_app.mail_request.confirmation import Confirmation, confirmation, typed_wrong
from cers_app.mail_request.states import MailRequestState
from cers_app.settings import settings
from cers_app.ui.fields import field
from cers_app.ui.form import ProgressiveForm, StateVar
from cers_app.ui.layout import PageHeading, link, need_help, steps, with_letter
from cers_app.ui.summary import refusals_by_address, summary
from cers_app.values import addresses
from cers_app.values.dates import in_minutes
from cers_app.verification.field import SYMBOLS, office_check, verification_field
from cers_app.words import common
from cers_app.words import mail_request as texts


def request_form(
    state: type[MailRequestState],
    journey: Journey,
    *intro: rx.Component,
    **attributes: Any,
) -> rx.Component:
    """The problems, the `intro`, the name, the verification characters, and two buttons."""
    return rx.fragment(
        refusals_by_address([journey.answer_to(refusal) for refusal in REFUSALS], state.answered),
        summary(state.problems, state.answered, [journey.who.id, SYMBOLS.id]),
        *intro,
        ProgressiveForm.create(
            # Enter presses the first button of a form, which must not be Refresh.
            rx.el.button(type="submit", class_name="unseen", tab_index=-1, aria_hidden="true"),
            field(journey.who, state.problems, **attributes),
            verification_field(state, journey.flow.purpose),
            office_check(state, journey.flow.purpose),
            rx.el.div(
                rx.el.button(common.NEXT, type="submit", class_name="primary"),
                link(common.CANCEL, addresses.SIGN_IN, class_name="button quiet"),
                class_name="row stretch",
            ),
            answered=state.answered,
            on_submit=state.submit,
            action=journey.form_path,
        ),
    )


def confirmation_page(
    state: type[MailRequestState], words: Confirmation, form_path: str, journey: tuple[str, ...]
) -> rx.Component:
    """The page after the form. `journey` names the steps."""
    recognize: StateVar = state.recognize
    return rx.el.div(
        steps(journey, current=2),
        confirmation(
            state, words, form_path, with_letter(PageHeading.create(texts.CHECK_EMAIL)), typed_wrong(state, form_path)
        ),
        on_mount=recognize(typed.said()),
    )


def next_steps(words: tuple[str, ...]) -> rx.Component:
    """What happens after the form. The page shows these steps beside it."""
    return rx.fragment(
        rx.el.h2(texts.NEXT_STEPS),
        rx.el.ol(*[rx.el.li(step.format(lasts=in_minutes(settings().reset_link))) for step in words]),
        need_help(),
    )
