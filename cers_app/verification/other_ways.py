"""Two ways for people who cannot or do not want to read the picture: spoken digits, and a proof by the browser."""

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.words import verification as texts

LIBRARY = "$/portal/other_ways"


class SpokenButton(rx.el.A):
    """Speaks the digits of a challenge, and stops when the visitor presses it again. `source` is their address.

    Without scripts, the browser opens that address.
    """

    library = LIBRARY
    tag = "SpokenButton"

    source: Var[str]
    words: Var[dict[str, str]] = Var.create({"play": texts.PLAY, "stop": texts.STOP, "broken": texts.CANNOT_PLAY})


class ProofWidget(rx.Component):
    """Loads ALTCHA's code when the widget appears, and starts. `task` is the address of the task for the browser.

    A form gets the result in the field `field_name`. With `sends`, the widget then sends the form. Otherwise it takes
    the focus.
    """

    library = LIBRARY
    tag = "ProofWidget"
    lib_dependencies: list[str] = ["altcha@3.2.2"]  # noqa: RUF012 - as in the framework

    task: Var[str]
    field_name: Var[str] = Var.create("altcha")
    sends: Var[bool] = Var.create(False)  # noqa: FBT003
    label: Var[str] = Var.create(texts.CHECK_LABEL)
    broken: Var[str] = Var.create(texts.CANNOT_PROVE)
