"""A text that a State changes lies in an element that is replaced as a whole.

A translator puts elements of its own in the place of a text. React would then change or remove a text that is no longer
in the page: the old words stay, or the page dies.
"""

import json
import re
from collections.abc import Iterator

import pytest
import reflex as rx
from reflex.components.component import BaseComponent
from reflex_components_core.base.bare import Bare
from reflex_components_core.base.fragment import Fragment
from reflex_components_core.core.cond import Cond
from reflex_components_core.core.foreach import Foreach
from reflex_components_core.core.match import Match

from cers_app.cers_app import PAGES
from cers_app.ui.banners import TroubleState
from cers_app.ui.form import StateVar, said
from cers_app.ui.page import Page

CHOICES = (Cond, Match, Foreach)
EMPTY = json.dumps("")
STATE = re.compile(r"\w+_rx_state_")


def key_of(part: BaseComponent) -> str:
    """By what an element is replaced; empty when nothing replaces it."""
    key = str(getattr(part, "key", ""))
    return key if STATE.search(key) else ""


def is_literal(part: Bare) -> bool:
    """Whether a text is always the same."""
    try:
        json.loads(str(part.contents))
    except ValueError:
        return False
    return True


def is_replaced(text: str, keys: tuple[str, ...]) -> bool:
    """Whether another text means another key: the key holds the text, or the text is made of the key alone."""
    return any(text in key or not STATE.search(text.replace(key, "")) for key in keys)


def in_place(part: BaseComponent) -> Iterator[BaseComponent]:
    """What stands in an element, whichever way the choices in it go."""
    for child in part.children:
        yield child
        if isinstance(child, (Fragment, *CHOICES)):
            yield from in_place(child)


def faults(part: BaseComponent, keys: tuple[str, ...] = ()) -> Iterator[str]:
    """Texts that React would change in place, and texts beside something that comes and goes."""
    keys = (*keys, key) if (key := key_of(part)) else keys
    if isinstance(part, Bare) and not is_literal(part) and not is_replaced(str(part.contents), keys):
        yield f"changes in place: {part.contents!s}"
    if not isinstance(part, (Fragment, *CHOICES)):
        inside = list(in_place(part))
        if any(isinstance(each, CHOICES) or key_of(each) for each in inside):
            texts = [str(each.contents) for each in inside if isinstance(each, Bare)]
            yield from (f"beside what comes and goes: {text}" for text in texts if text != EMPTY)
    for child in part.children:
        yield from faults(child, keys)


@pytest.mark.parametrize("built", PAGES, ids=lambda each: each.address)
def test_no_page_changes_a_text_in_place(built: Page) -> None:
    assert list(faults(built.view())) == []


def test_texts_that_change_in_place_are_found() -> None:
    times: StateVar = TroubleState.times
    words, hydrated = times.to_string(), str(rx.State.is_hydrated)

    for bad in (
        rx.el.p(words),
        rx.el.p(rx.cond(times > 1, "Show", "Hide")),
        rx.el.p(words, key="always"),
        rx.el.p(words, key=hydrated),
        rx.el.p("before ", said(words)),
        rx.el.p("before ", rx.cond(times > 1, rx.el.b("many"), rx.fragment())),
        rx.el.ul(rx.foreach(["a"], rx.el.li)),
        rx.el.div(rx.cond(times > 1, rx.el.div(rx.el.p(words)), rx.fragment())),
    ):
        assert list(faults(bad)), bad
    for good in (
        rx.el.p(said(words)),
        rx.el.p("before ", rx.el.b(words), " after", key=words),
        rx.el.p(said(rx.cond(times > 1, "Show", "Hide"))),
        rx.el.div(rx.el.p("before"), rx.cond(times > 1, rx.el.b("many"), rx.fragment())),
    ):
        assert list(faults(good)) == [], good
