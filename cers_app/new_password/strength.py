"""Shows how strong a new password looks while a visitor types. The check stays in the browser. The server decides."""

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.new_password.policy import ESTIMATED
from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.words.password import STRENGTH


class StrengthMeter(rx.Component):
    """A meter with a few words for the password field with the id `field`. May be anywhere on the page."""

    library = "$/portal/strength"
    tag = "StrengthMeter"

    field: Var[str]
    shortest: Var[int]
    longest: Var[int] = Var.create(LONGEST_PASSWORD)
    estimated: Var[int] = Var.create(ESTIMATED)
    words: Var[dict[str, str]] = Var.create(STRENGTH)
