"""Hands a page, a route or a command the flow it works with, by its class. It imports nothing of the portal's.

What is handed out is built at first use, by whoever was named here last: the app, the command line, or a test.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar, cast

Kind = TypeVar("Kind")

_built: list[Callable[[], dict[type, object]]] = []


def provide(build: Callable[[], Iterable[object]]) -> None:
    """From now on hand out what `build` makes: one thing of each class. It is called at first use."""
    _built[:] = [cache(lambda: {type(thing): thing for thing in build()})]


def provided(kind: type[Kind]) -> Kind:
    """The thing of a class. Raises `LookupError` when nobody provides one."""
    thing = _built[0]().get(kind) if _built else None
    if thing is None:
        msg = f"no {kind.__name__} is provided"
        raise LookupError(msg)
    return cast("Kind", thing)
