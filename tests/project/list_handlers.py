"""Prints the name of every handler that a browser can call, one a line, sorted."""

import importlib
import sys
from collections.abc import Iterator

import reflex as rx
from reflex.state import BaseState


def states(state: type[BaseState]) -> Iterator[type[BaseState]]:
    """A state class and all below it."""
    yield state
    for below in sorted(state.get_substates(), key=str):
        yield from states(state.get_class_substate(below) if isinstance(below, str) else below)


def handlers() -> list[str]:
    """Every callable name, as it travels over the socket."""
    importlib.import_module("cers_app.cers_app")
    return sorted(f"{state.get_full_name()}.{name}" for state in states(rx.State) for name in state.event_handlers)


if __name__ == "__main__":
    sys.stdout.write("\n".join(handlers()) + "\n")
