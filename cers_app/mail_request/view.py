"""The form that asks for a mail, and the confirmation. `/help/` shows the same parts as examples."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from cers_app.frontend import typed
from cers_app.mail_request.answers import REFUSALS, Journey
from cers_app.settings import settings
from cers_app.ui.countdown import Countdown
from cers_app.ui.fields import announcement, field
from cers_app.ui.form import AS_IT_IS, ProgressiveForm, StateVar, with_support
from cers_app.ui.layout import done_heading, link, need_help
from cers_app.ui.summary import refusals_by_address, summary
from cers_app.values import addresses
from cers_app.values.dates import in_minutes
from cers_app.verification.field import SYMBOLS, verification_field
from cers_app.words import common
from cers_app.words import mail_request as texts


def request_form(
    state: StateVar,
    journey: Journey,
    *intro: rx.Component,
    **attributes: Any,  # noqa: ANN401 - as in the framework
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
            verification_field(state, journey.purpose),
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


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a journey's confirmation says. `around` frames the address, and `help` is for a mail that never comes."""

    around: tuple[str, str]
    unmasked: str
    """General words instead of the address, for a username and until the page is live."""
    help: str
    deadline: str = ""


def confirmation_page(state: StateVar, words: Confirmation, form_path: str) -> rx.Component:
    """Speaks in general words until the State knows what this tab asked for."""
    return rx.el.div(
        done_heading(texts.CHECK_EMAIL),
        rx.cond(
            state.sent_to != "",
            confirmation(words, _masked(state.sent_to), key=state.sent_to),
            confirmation(words, words.unmasked),
        ),
        deadline(words),
        not_received(words),
        rx.cond(state.again_at != "", _again(state), _start_over(form_path)),
        rx.el.p(link(common.SIGN_IN, addresses.SIGN_IN), class_name="right"),
        on_mount=state.recognize(typed.said_at(form_path)),
    )


def confirmation(words: Confirmation, address: rx.Component | str, **attributes: Any) -> rx.Component:  # noqa: ANN401
    """Where the mail goes, and the notice about its sender."""
    before, after = words.around
    return rx.fragment(
        rx.el.p(before, address, after, custom_attrs={"data-state": "sent"}, **attributes),
        rx.el.p(texts.NOTICE.format(sender=settings().mail_from), class_name="note"),
    )


def deadline(words: Confirmation) -> rx.Component:
    """How long the link in the mail works. A mail without a link has no deadline."""
    sentence = words.deadline.format(lasts=in_minutes(settings().reset_link))
    return rx.el.p(sentence) if sentence else rx.fragment()


def not_received(words: Confirmation) -> rx.Component:
    """What to do if no mail comes within 15 minutes."""
    return rx.el.p(*with_support(words.help))


def next_steps(steps: tuple[str, ...]) -> rx.Component:
    """What happens after the form. The page shows these steps beside it."""
    return rx.fragment(
        rx.el.h2(texts.NEXT_STEPS),
        rx.el.ol(*[rx.el.li(step.format(lasts=in_minutes(settings().reset_link))) for step in steps]),
        need_help(),
    )


def _masked(address: StateVar) -> rx.Component:
    """A masked address. On a narrow screen it breaks only before the @."""
    parts = address.split("@")
    return rx.el.strong(parts[0], rx.el.wbr(), "@", parts[1], custom_attrs=AS_IT_IS)


def _start_over(form_path: str) -> rx.Component:
    """Until the page is live, or without scripts."""
    return rx.el.p(texts.AGAIN_NEEDS_SCRIPT, " ", link(texts.START_OVER, form_path))


def _again(state: StateVar) -> rx.Component:
    """A disabled button would tell a screen reader nothing. So it stays enabled, and the text gives the time."""
    return rx.el.div(
        rx.el.button(
            texts.SEND_AGAIN,
            type="button",
            class_name="quiet",
            on_click=state.again,
            aria_describedby="again-at",
        ),
        Countdown.create(
            until=state.again_at, seconds=state.again_in, now=texts.AGAIN_NOW, id="again-at", class_name="hint"
        ),
        announcement(state.status, state.said, custom_attrs={"data-state": "again"}),
        class_name="again",
    )
