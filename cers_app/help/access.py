"""The accessibility page: how to use the service, what we tested, and the known gaps."""

from collections.abc import Sequence

import reflex as rx

from cers_app.ui.form import by_phone, with_support
from cers_app.ui.layout import PageHeading, page, title
from cers_app.ui.page import Page
from cers_app.values import addresses
from cers_app.words import access as texts


def access_page() -> rx.Component:
    """The whole page. The support address is a link."""
    return page(
        PageHeading.create(texts.HEADING),
        rx.el.p(texts.AIM),
        *_list(texts.WAYS, texts.WAYS_LIST),
        *_list(texts.TESTED, texts.TESTED_LIST),
        *_list(texts.NOT_MET, texts.NOT_MET_LIST),
        rx.el.h2(texts.TELL),
        rx.el.p(*with_support(texts.TELL_WORDS)),
        *by_phone(),
        is_broad=True,
    )


def _list(heading: str, entries: Sequence[str]) -> list[rx.Component]:
    return [rx.el.h2(heading), rx.el.ul(*[rx.el.li(entry) for entry in entries], class_name="list")]


PAGES = [Page(addresses.ACCESSIBILITY, access_page, title(texts.HEADING))]
