"""A time until which somebody has to wait, counted down beside it."""

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import COMPONENTS


class Countdown(rx.el.P):
    """`until` says the time, `seconds` are left from when it was said; `now` is said after that."""

    library = COMPONENTS
    tag = "Countdown"

    until: Var[str]
    seconds: Var[int]
    now: Var[str]
