"""A countdown beside the time until which a person must wait."""

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import COMPONENTS


class Countdown(rx.el.P):
    """Shows `until`, the words with the time, for `seconds`. Then shows the words `now`."""

    library = COMPONENTS
    tag = "Countdown"

    until: Var[str]
    seconds: Var[int]
    now: Var[str]
