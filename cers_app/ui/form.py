"""How a form is sent: by event while the socket is connected, natively otherwise."""

from functools import lru_cache
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML

from cers_app.settings import settings
from cers_app.words import common

AS_IT_IS = {"translate": "no"}
"""For names and addresses: a translator must not turn `drycleaner` into a word of another language."""
StateVar = Any
"""A State's attribute: a value in a handler, a `Var` where a page is built."""
COMPONENTS = "$/utils/portal"
"""`frontend/portal.jsx` among the generated files: what our own elements do in the browser."""
LIVE: StateVar = rx.State.is_hydrated
"""Whether the page has heard from its State; what it shows before that may come from an earlier visit."""


@lru_cache(maxsize=32)
def go_to(path: str, *, replace: bool = False) -> EventSpec:
    """The event that leads to another page of ours; made once, as making one takes longer than sending it."""
    event: EventSpec = rx.redirect(path, replace=replace)
    return event


def looked_up(stage: StateVar) -> StateVar:
    """The stage that `load` found; empty until then, as what a State still has is from an earlier visit."""
    return rx.cond(rx.State.is_hydrated, stage, "")


def said(words: StateVar, **attributes: Any) -> rx.Component:  # noqa: ANN401 - as in the framework
    """Words that a State changes, as an element that other words replace.

    A translator puts elements of its own around a text, and a text that React changes in place would stay as it was.
    """
    return rx.el.span(words, key=words, **attributes)


def with_support(words: str) -> list[Any]:
    """A sentence with the address for help in the place of `{support}`."""
    address = settings().support_email
    before, after = words.split("{support}")
    return [before, Anchor.create(address, href=f"mailto:{address}", custom_attrs=AS_IT_IS), after]


class Anchor(BaseHTML):
    """A link the browser follows by itself: to a place on the page, or to a route of the server."""

    tag = "a"

    href: Var[str]
    target: Var[str]


class PlainForm(BaseHTML):
    """A form that the browser submits; `rx.el.form` would stop it."""

    tag = "form"

    action: Var[str]
    method: Var[str]


class SelfSubmittingForm(PlainForm):
    """A form that the browser submits as soon as it stands on the page."""

    library = COMPONENTS
    tag = "SelfSubmittingForm"


class ProgressiveButton(rx.el.Button):
    """A submit button of its own purpose: an event while the socket is connected; otherwise it posts the form."""

    library = COMPONENTS
    tag = "ProgressiveButton"


class ProgressiveForm(rx.el.Form):
    """A form that goes by event while the socket is connected; otherwise the browser submits it.

    It does so as well when no answer comes: `answered` changes with every answer.
    """

    library = COMPONENTS
    tag = "ProgressiveForm"

    answered: Var[Any]
    sending: Var[str] = Var.create(common.SENDING)
