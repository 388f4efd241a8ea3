"""A State of a browser tab, without a server: its handlers are called as events call them."""

import inspect
import json
from typing import Any, TypeVar

import reflex as rx
from reflex.istate.data import RouterData

from tests.support import loops

Tab = TypeVar("Tab", bound=rx.State)


def tab(kind: type[Tab], **digests: str) -> Tab:
    """A new tab's State; `digests` of cookies, by kind, as the handshake hands them on."""
    root = rx.State(_reflex_internal_init=True, init_substates=True)  # type: ignore[call-arg] # as the framework does
    root.router = RouterData.from_router_data({"headers": {"cookie": json.dumps(digests)}, "ip": "192.0.2.7"})
    state: Any = root.get_substate(kind.get_full_name().split("."))
    return state  # type: ignore[no-any-return]


def send(state: rx.State, handler: str, *arguments: object) -> list[Any]:
    """Call a handler as its event would; what it answers with."""

    async def handled() -> list[Any]:
        answer: Any = getattr(type(state), handler).fn(state, *arguments)
        if inspect.isasyncgen(answer):
            return [each async for each in answer]
        return [await answer if inspect.isawaitable(answer) else answer]

    return loops.run(handled())
