"""The page for people who did not change their password. It needs no script and no State."""

import reflex as rx

from cers_app.not_me.routes import DONE, OPEN_AGAIN, TOO_LATE
from cers_app.settings import settings
from cers_app.ui.form import PlainForm, with_support
from cers_app.ui.layout import PageHeading, link, page, title, with_letter
from cers_app.ui.page import Page
from cers_app.values import addresses
from cers_app.values.dates import in_minutes
from cers_app.words import not_me as texts
from cers_app.words import reset_password, sign_in


def not_me_page() -> rx.Component:
    """Says what will happen, and has one button."""
    first, second, third = texts.NEXT
    return page(
        _answer(
            DONE,
            with_letter(rx.el.h1(texts.DONE_HEADING)),
            rx.el.p(texts.DONE),
            rx.el.ol(
                rx.el.li(first),
                rx.el.li(second.format(lasts=in_minutes(settings().reset_link))),
                rx.el.li(*with_support(third)),
                class_name="list",
            ),
        ),
        _answer(
            TOO_LATE,
            rx.el.h1(texts.TOO_LATE_HEADING),
            rx.el.p(texts.TOO_LATE),
            rx.el.p(*with_support(texts.TOO_LATE_WHY)),
            rx.el.div(
                link(sign_in.RESET, addresses.RESET_PASSWORD, class_name="button primary"), class_name="row stretch"
            ),
        ),
        _answer(OPEN_AGAIN, rx.el.h1(reset_password.OPEN_AGAIN), rx.el.p(reset_password.NOT_OPENED)),
        PageHeading.create(texts.HEADING),
        rx.el.p(texts.ASK),
        rx.el.p(texts.THEN),
        rx.el.ul(*[rx.el.li(step) for step in texts.STEPS], class_name="list"),
        PlainForm.create(
            rx.el.div(
                rx.el.button(texts.HEADING, type="submit", class_name="primary"),
                rx.el.button(texts.IT_WAS_ME, type="submit", form="leave", class_name="quiet"),
                class_name="row stretch",
            ),
            action=addresses.NOT_ME,
        ),
        PlainForm.create(action=addresses.CANCEL, id="leave"),
    )


def _answer(name: str, *parts: rx.Component) -> rx.Component:
    return rx.el.section(*parts, id=name, class_name="instead by-address", tab_index=-1)


PAGES = [Page(addresses.NOT_ME, not_me_page, title(texts.HEADING))]
