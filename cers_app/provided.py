"""Hands pages, routes and commands their objects by class. Imports nothing from the portal."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar, cast

Kind = TypeVar("Kind")

_built: list[Callable[[], dict[type, object]]] = []


def provide(build: Callable[[], Iterable[object]]) -> None:
    """Hand out the objects that `build` makes, one per class. `build` runs once, at first use.

    The app, the command line or a test calls this. The last call wins.
    """
    _built[:] = [cache(lambda: {type(thing): thing for thing in build()})]


def provided(kind: type[Kind]) -> Kind:
    """The object of a class. Raises `LookupError` if there is none."""
    thing = _built[0]().get(kind) if _built else None
    if thing is None:
        raise LookupError(f"no {kind.__name__} is provided")
    return cast("Kind", thing)
