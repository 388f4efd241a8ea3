"""The elements of a form. It sends an event while the socket is connected. Otherwise the browser submits it."""

from functools import lru_cache
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML

from cers_app.settings import settings
from cers_app.values.phones import dialed
from cers_app.words import common

AS_IT_IS = {"translate": "no"}
"""For names and addresses, because a translator must not translate the username `drycleaner`."""
StateVar = Any
"""A State's attribute, or a State of which a function needs only some attributes.

Type checkers see the attribute's value, as a handler does. While a page is built, the same attribute is a `Var` with
other methods, and no type says both.
"""
COMPONENTS = "$/utils/portal"
"""The place of `frontend/portal.jsx` among the generated files."""
LIVE: StateVar = rx.State.is_hydrated
"""Whether the page has heard from its State. Until then it may show values from an earlier visit."""


@lru_cache(maxsize=32)
def go_to(path: str, *, replace: bool = False) -> EventSpec:
    """The event that leads to another page. The cache saves time: making the event takes longer than sending it."""
    event: EventSpec = rx.redirect(path, replace=replace)
    return event


def looked_up(stage: StateVar) -> StateVar:
    """The stage that `load` found. Empty until then, because the State may still have the stage of an earlier visit."""
    return rx.cond(rx.State.is_hydrated, stage, "")


def said(words: StateVar, **attributes: Any) -> rx.Component:
    """Words that a State changes. Each change makes a new element.

    A translator wraps the text in its own elements, so a reader would never see a text that React changes in place.
    """
    return rx.el.span(words, key=words, **attributes)


def with_support(words: str) -> list[rx.Component | str]:
    """A sentence with a link to the support address instead of `{support}`."""
    address = settings().support_email
    before, after = words.split("{support}")
    return [before, Anchor.create(address, href=f"mailto:{address}", custom_attrs=AS_IT_IS), after]


def by_phone() -> list[rx.Component]:
    """How to call support, and when. Empty if the settings name no number and no hours."""
    phone, hours = settings().support_phone, settings().support_hours
    number = rx.el.span(phone, custom_attrs=AS_IT_IS)
    call = [rx.el.p(Anchor.create(common.CALL, number, href=f"tel:{dialed(phone)}"))] if phone else []
    return [*call, *([rx.el.p(common.HOURS.format(hours=hours))] if hours else [])]


class Anchor(BaseHTML):
    """A link to a place on the page or to a route of the server. The browser itself follows it."""

    tag = "a"

    href: Var[str]


class PlainForm(BaseHTML):
    """A form that the browser submits. `rx.el.form` would prevent that."""

    tag = "form"

    action: Var[str]
    method: Var[str] = Var.create("post")


class SelfSubmittingForm(PlainForm):
    """A form that the browser submits as soon as the page shows it."""

    library = COMPONENTS
    tag = "SelfSubmittingForm"


class ProgressiveButton(rx.el.Button):
    """A submit button with its own event. While the socket is not connected, the button posts the form instead."""

    library = COMPONENTS
    tag = "ProgressiveButton"


class ProgressiveForm(rx.el.Form):
    """A form that sends an event as soon as the page is live.

    The browser submits the form without a connection, or if no answer comes. `answered` changes with every answer.
    """

    library = COMPONENTS
    tag = "ProgressiveForm"

    method: Var[str] = Var.create("post")
    no_validate: Var[bool] = Var.create(True)  # noqa: FBT003
    answered: Var[Any]
    is_live: Var[bool] = LIVE
    sending: Var[str] = Var.create(common.SENDING)
