"""The confirmation that a mail was asked for. `/help/` shows its sentences as examples."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from cers_app.mail_request.waiting import WaitingState
from cers_app.settings import settings
from cers_app.ui.fields import announcement
from cers_app.ui.form import AS_IT_IS, StateVar, with_support
from cers_app.ui.layout import link
from cers_app.ui.time_left import Countdown
from cers_app.values import addresses
from cers_app.values.dates import in_minutes
from cers_app.words import common
from cers_app.words import mail_request as texts


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a journey's confirmation says. `around` frames the address, and `help` is for a mail that never comes."""

    around: tuple[str, str]
    unmasked: str
    """General words instead of the address, for a username and until the page is live."""
    now: str
    """What to do now."""
    help: str


def confirmation(
    state: type[WaitingState], words: Confirmation, form_path: str, heading: rx.Component, *more: rx.Component
) -> rx.Component:
    """What to do now, and `more`. Speaks in general words until the State knows what was asked."""
    return rx.fragment(
        heading,
        rx.cond(
            state.sent_to != "",
            where_to(words, _masked(state.sent_to), key=state.sent_to),
            where_to(words, words.unmasked),
        ),
        rx.el.p(words.now.format(lasts=in_minutes(settings().reset_link))),
        *more,
        rx.cond(state.reference != "", rx.fragment(_reference(state), _again(state)), _start_over(form_path)),
        rx.el.h2(texts.NOT_ARRIVED),
        notice(),
        not_received(words),
        rx.el.p(link(common.SIGN_IN, addresses.SIGN_IN), class_name="right"),
    )


def where_to(words: Confirmation, address: rx.Component | str, **attributes: Any) -> rx.Component:
    """Where the mail goes."""
    before, after = words.around
    return rx.el.p(before, address, after, custom_attrs={"data-state": "sent"}, **attributes)


def notice() -> rx.Component:
    """The sender that mail programs should let through."""
    return rx.el.p(texts.NOTICE.format(sender=settings().mail_from), class_name="note")


def not_received(words: Confirmation) -> rx.Component:
    """What to do if no mail comes within 15 minutes."""
    return rx.el.p(*with_support(words.help))


def _masked(address: StateVar) -> rx.Component:
    """A masked address. On a narrow screen it breaks only before the @."""
    parts = address.split("@")
    return rx.el.strong(parts[0], rx.el.wbr(), "@", parts[1], custom_attrs=AS_IT_IS)


def typed_wrong(state: type[WaitingState], form_path: str) -> rx.Component:
    """Leads back to the form. The tab fills in what was typed.

    What the page says here follows from the typed text alone, so it is the same with and without an account.
    """
    typed, did_you_mean, question = texts.YOU_TYPED
    entered, period = texts.YOU_ENTERED
    change = link(texts.CHANGE_IT, form_path)
    domains = (typed, _as_it_is(state.entered), did_you_mean, _as_it_is(state.meant), f"{question} ")
    username = (entered, _as_it_is(state.entered), f"{period} {texts.TYPED_WRONG} ")
    return rx.match(
        rx.cond(state.meant != "", "domain", rx.cond(state.entered != "", "username", "")),
        ("domain", rx.el.p(*domains, change, key=state.entered + state.meant, custom_attrs={"data-state": "typed"})),
        ("username", rx.el.p(*username, change, key=state.entered, custom_attrs={"data-state": "typed"})),
        rx.el.p(texts.TYPED_WRONG, " ", change, custom_attrs={"data-state": "typed"}),
    )


def _as_it_is(words: StateVar) -> rx.Component:
    return rx.el.strong(words, custom_attrs=AS_IT_IS)


def _reference(state: type[WaitingState]) -> rx.Component:
    before, after = texts.REFERENCE
    number = _as_it_is(state.reference)
    return rx.el.p(before, number, after, key=state.reference, custom_attrs={"data-state": "reference"})


def _start_over(form_path: str) -> rx.Component:
    """Until the page is live, or without scripts."""
    return rx.el.p(texts.AGAIN_NEEDS_SCRIPT, " ", link(texts.START_OVER, form_path))


def _again(state: type[WaitingState]) -> rx.Component:
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
