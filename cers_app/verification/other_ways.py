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
    """Loads ALTCHA's code when the widget appears. `task` is the address of the task for the browser."""

    library = LIBRARY
    tag = "ProofWidget"
    lib_dependencies: list[str] = ["altcha@3.2.2"]  # noqa: RUF012 - as in the framework

    task: Var[str]
    broken: Var[str] = Var.create(texts.CANNOT_PROVE)
