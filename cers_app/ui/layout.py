"""The layout of every page: header, main part with its heading, help in the same place, footer."""

from typing import Any

import reflex as rx

from cers_app.settings import settings
from cers_app.ui.banners import no_connection, service_trouble
from cers_app.ui.form import COMPONENTS, Anchor, StateVar, by_phone, with_support
from cers_app.values import addresses
from cers_app.words import access, common


class PageHeading(rx.el.H1):
    """The h1. It takes the focus when a link in the portal opens the page, not when the browser loads the page."""

    library = COMPONENTS
    tag = "PageHeading"


def page(
    *content: rx.Component,
    aside: rx.Component | None = None,
    is_broad: bool = False,
    who: rx.Component | None = None,
) -> rx.Component:
    """A page around its content. `aside` is beside the content on wide screens and below it on narrow screens.

    `who` is at the end of the header: who is signed in, and how to sign out.
    """
    return rx.el.div(
        Anchor.create(common.SKIP, href="#heading", class_name="skip"),
        rx.el.header(
            _notice(),
            _banner(),
            rx.el.div(
                rx.el.div(
                    Anchor.create(
                        rx.el.span("CERS", class_name="mark"),
                        " ",
                        rx.el.span(common.PORTAL),
                        href="/",
                        class_name="home",
                    ),
                    who or link(common.HELP, addresses.HELP),
                    class_name="place",
                ),
                class_name="masthead",
            ),
        ),
        rx.el.p(common.NO_COOKIES, class_name="warning", id="cookies-refused", hidden=True),
        rx.el.div(no_connection(), service_trouble(), class_name="notices"),
        rx.el.div(
            rx.el.main(*content, class_name="card", id="main"),
            rx.el.aside(aside or need_help(), class_name="aside"),
            class_name="columns broad" if is_broad else "columns",
        ),
        _footer(),
        # Automated browsers wait for this mark, because the page answers no event before.
        rx.el.span(hidden=True, custom_attrs={"data-live": rx.State.is_hydrated}),
        class_name="shell",
    )


def need_help() -> rx.Component:
    """The help beside every page. The footer has the sentences of the CERS help page."""
    return rx.fragment(
        rx.el.h2(common.NEED_HELP),
        rx.el.p(link(common.HELP_LINK, addresses.HELP)),
        rx.el.p(*with_support(common.WRITE_TO)),
        *by_phone(),
    )


def steps(words: tuple[str, ...], current: int) -> rx.Component:
    """The steps of a journey, counted from 1. Every page of the journey shows them."""
    entries = [
        rx.el.li(
            f"{number}. {step}",
            class_name="past" if number < current else "",
            custom_attrs={"aria-current": "step"} if number == current else {},
        )
        for number, step in enumerate(words, start=1)
    ]
    return rx.el.ol(*entries, class_name="steps", aria_label=common.STEPS)


def with_letter(heading: rx.Component) -> rx.Component:
    """The heading of a page that waits for a mail: nothing is done yet."""
    letter = rx.el.svg(
        rx.el.path(d="M4 10h40v28H4zM4 11l20 16 20-16"),
        view_box="0 0 48 48",
        class_name="letter",
        aria_hidden="true",
    )
    return rx.el.div(letter, heading, class_name="done")


def done_heading(words: str) -> rx.Component:
    """The heading of a confirmation page. It takes the focus like any page's heading."""
    tick = rx.el.span("✓", class_name="tick", aria_hidden="true")
    return rx.el.div(tick, PageHeading.create(words), class_name="done")


def link(words: StateVar, href: str, **props: Any) -> rx.Component:
    """A link to another page of the portal."""
    return rx.el.a(words, href=href, **props)


def _notice() -> rx.Component:
    return rx.el.p(common.NOT_THE_STATE, class_name="demo") if settings().demo_notice else rx.fragment()


def _banner() -> rx.Component:
    label = settings().portal_label
    if not label:
        return rx.fragment()
    return rx.el.p(common.BANNER.format(label=label), class_name="training")


def _footer() -> rx.Component:
    return rx.el.footer(
        rx.el.div(
            _regulator(),
            rx.el.p(*with_support(common.TECHNICAL_PROBLEMS)),
            *by_phone(),
            rx.el.p(
                link(common.HELP_LINK, addresses.HELP),
                " · ",
                link(access.LINK, addresses.ACCESSIBILITY),
                *_elsewhere(common.TERMS, settings().terms_url),
                *_elsewhere(common.PRIVACY, settings().privacy_url),
            ),
        ),
        class_name="foot",
    )


def _regulator() -> rx.Component:
    before, regulator = common.REGULATOR
    url = settings().regulator_url
    return rx.el.p(before, Anchor.create(regulator, href=url)) if url else rx.el.p(before + regulator)


def _elsewhere(words: str, url: str) -> list[rx.Component | str]:
    return [" · ", Anchor.create(words, href=url)] if url else []


def title(heading: str) -> str:
    """The heading, then the name of the portal."""
    return f"{heading} – {common.TITLE}"  # noqa: RUF001 - the dash is meant


def title_with_problems(heading: str, problems: StateVar) -> StateVar:
    """A page's title, which says so when there is a problem (WCAG 2.4.2, GOV.UK)."""
    has_problems = rx.State.is_hydrated & (problems.length() > 0)
    return rx.cond(has_problems, f"{common.ERROR}{title(heading)}", title(heading))
