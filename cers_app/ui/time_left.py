"""The warning before a page's time runs out (WCAG 2.2.1)."""

from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import COMPONENTS

WARNED_BEFORE_SECONDS = 120


class EndsSoon(rx.el.Div):
    """Shows its content two minutes before the end. At the end, the page opens `then`, or itself again if empty.

    `seconds` counts from when the page gets it. A new value of `until`, the time in words, restarts the count.
    """

    library = COMPONENTS
    tag = "EndsSoon"

    until: Var[str]
    seconds: Var[float]
    before: Var[int] = Var.create(WARNED_BEFORE_SECONDS)
    then: Var[str] = Var.create("")


def ends_soon(*content: Any, until: Any, seconds: Any, then: str = "") -> rx.Component:  # noqa: ANN401 - as in the framework
    """The warning. Nothing runs while `until` is empty."""
    return rx.cond(
        until != "",
        EndsSoon.create(*content, until=until, seconds=seconds, then=then, class_name="note ends-soon", role="alert"),
        rx.fragment(),
    )
