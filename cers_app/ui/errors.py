"""The pages for a failed service and for a missing page."""

import reflex as rx

from cers_app.ui.form import with_support
from cers_app.ui.layout import PageHeading, link, page, title
from cers_app.ui.page import Page
from cers_app.values import addresses
from cers_app.words import common


def trouble_page() -> rx.Component:
    """The page for a failed service."""
    return _page(common.TROUBLE, *with_support(common.TROUBLE_WORDS))


def missing_page() -> rx.Component:
    """The page at every address without a page."""
    return _page(common.NO_PAGE, common.NO_PAGE_WORDS)


def _page(heading: str, *words: rx.Component | str) -> rx.Component:
    return page(
        PageHeading.create(heading),
        rx.el.p(*words),
        rx.el.div(link(common.SIGN_IN, addresses.SIGN_IN, class_name="button primary"), class_name="row stretch"),
    )


PAGES = [
    Page(addresses.TROUBLE, trouble_page, title(common.TROUBLE)),
    Page(addresses.MISSING, missing_page, title(common.NO_PAGE)),
    Page("404", missing_page, title(common.NO_PAGE)),
]
