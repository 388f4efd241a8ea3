"""The warning before a page's time runs out (WCAG 2.2.1), and the countdown until a person may do something again."""

from datetime import datetime

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.provided import provided
from cers_app.ui.form import COMPONENTS, LIVE
from cers_app.values.dates import WARNED_BEFORE, clock_time, seconds_left
from cers_app.values.world import World


class TimedState(rx.State, mixin=True):
    """When the page's time runs out. Both are empty without an end."""

    until: str = ""
    """The time of day."""
    ends_in: float = 0.0
    """Seconds, counted from when the page gets this number. Another number restarts the count."""

    def _ends(self, at: datetime | None) -> None:
        self.until, self.ends_in = (clock_time(at), seconds_left(at, provided(World).now())) if at else ("", 0.0)


class Countdown(rx.el.P):
    """Shows `until`, the words with the time, for `seconds`. Then shows the words `now`."""

    library = COMPONENTS
    tag = "Countdown"

    until: Var[str]
    seconds: Var[int]
    now: Var[str]


class EndsSoon(rx.el.Div):
    """Shows its content `before` seconds before the end. At the end, the page opens `then`, or itself again if empty.

    `seconds` counts from when the page gets it. A new value of `until` or `seconds` restarts the count.
    """

    library = COMPONENTS
    tag = "EndsSoon"

    until: Var[str]
    seconds: Var[float]
    before: Var[float] = Var.create(WARNED_BEFORE.total_seconds())
    then: Var[str]


def ends_soon(state: type[TimedState], *content: rx.Component, then: str = "") -> rx.Component:
    """The warning. Before the page is live, the State may hold the time of an earlier visit."""
    return rx.cond(
        LIVE & (state.until != ""),
        EndsSoon.create(
            *content, until=state.until, seconds=state.ends_in, then=then, class_name="note ends-soon", role="alert"
        ),
        rx.fragment(),
    )
