"""Gives a page, a route or a command the object it works with, by class. Imports nothing from the portal.

The app, the command line or a test calls `provide` with the function that builds the objects. The last call wins, and
that function runs at first use.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar, cast

Kind = TypeVar("Kind")

_built: list[Callable[[], dict[type, object]]] = []


def provide(build: Callable[[], Iterable[object]]) -> None:
    """From now on, hand out the objects that `build` makes, one of each class. `build` runs once, at first use."""
    _built[:] = [cache(lambda: {type(thing): thing for thing in build()})]


def provided(kind: type[Kind]) -> Kind:
    """The object of a class. Raises `LookupError` when no object of that class was built."""
    thing = _built[0]().get(kind) if _built else None
    if thing is None:
        msg = f"no {kind.__name__} is provided"
        raise LookupError(msg)
    return cast("Kind", thing)
