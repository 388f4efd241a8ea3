"""The server's end of the event socket: what a browser may send, and what it leaves in the server's memory."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import reflex as rx
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState, State
from socketio import AsyncServer

from cers_app.web.cookies import SESSION
from cers_app.web.traffic import Minute

log = logging.getLogger(__name__)

PAGE = ("pathname", "asPath")
"""The parts of the browser's `router_data` that reach a State: the route, and the address with its query."""
LONGEST_ADDRESS = 512
MESSAGES = (["event"], ["client_error"], ["ping"])
"""The messages that the framework's pages and tools send, by the start of their data."""
STRANGER_SECONDS = 1200
"""How long a signed-out person's closed tab keeps its State. A mail should arrive sooner, within 15 minutes."""


class Timer(Protocol):
    """A call in the future."""

    def cancel(self) -> None:
        """Drop the call."""


def _later(seconds: float, do: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(seconds, do)


class Tabs(EventNamespace):
    """The server's end of the event socket, with limits for everything that the framework keeps."""

    def __init__(
        self, namespace: str, app: rx.App, later: Callable[[float, Callable[[], None]], Timer] = _later
    ) -> None:
        """`later` calls a function after a number of seconds."""
        super().__init__(namespace, app)
        self._later, self._left = later, dict[str, Timer]()
        self._unknown = Minute(lambda: datetime.now(UTC))

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> Any:  # noqa: ANN401 - untyped in the framework
        """Accept a tab. Raises only `ConnectionRefusedError`.

        After any other error the server would keep the connection and its unfinished messages until it ends.
        """
        try:
            return await super().on_connect(sid, environ, auth)
        except Exception as error:  # noqa: BLE001 - any error refuses the tab
            log.debug("a tab was refused: %s", type(error).__name__)
            raise ConnectionRefusedError from None

    async def on_event(self, sid: str, data: object) -> None:
        """Handle an event. The portal's pages send a dictionary with a public name. `Tabs` drops anything else.

        The framework would write a line in the log for each unknown name, and keep every key of `router_data` that a
        browser has ever sent. `Tabs` writes one line a minute.
        """
        if isinstance(data, dict) and isinstance(name := data.get("name"), str) and name in public_handlers():
            await super().on_event(sid, {**data, "router_data": _page(data.get("router_data"))})
        elif self._unknown.add("", 1) == 1:
            log.info("a browser sent an event that no page has")

    def on_disconnect(self, sid: str) -> asyncio.Task[None] | None:
        """Forget a tab. A signed-out person's State also goes, unless the tab comes back within `STRANGER_SECONDS`."""
        token = self.sid_to_token.get(sid, "")
        headers = self._static_router_data.get(sid, {}).get("headers", {})
        cleaning = super().on_disconnect(sid)
        if token and not json.loads(headers.get("cookie", "{}")).get(SESSION):
            if token in self._left:
                self._left[token].cancel()
            self._left[token] = self._later(STRANGER_SECONDS, lambda: self._forget(token))
        return cleaning

    def _forget(self, token: str) -> None:
        del self._left[token]
        manager = self.app.state_manager
        if token not in self._token_manager.token_to_socket and isinstance(manager, StateManagerMemory):
            manager._purge_token(BaseStateToken(ident=token, cls=State))  # noqa: SLF001 - it forgets in no other way


def attach(app: rx.App) -> None:
    """Replace the framework's own namespace with `Tabs`."""
    if app.sio and app.event_namespace:
        tabs = Tabs(app.event_namespace.namespace, app)
        app._event_namespace = tabs  # noqa: SLF001 - it takes no other
        app.sio.register_namespace(tabs)
        refuse_other_messages(app.sio)


def refuse_other_messages(server: AsyncServer) -> None:
    """Drop every message but `MESSAGES`.

    The server calls `on_connect` for a message named `connect`. A browser could send one with cookies and an address of
    its own choice, long after `SocketHandshake`.
    """
    handle = server._handle_event  # noqa: SLF001 - no public part of the server sees a message before its handler

    async def handle_known(connection: str, namespace: str, number: int | None, data: object) -> None:
        if isinstance(data, list) and data[:1] in MESSAGES:
            await handle(connection, namespace, number, data)

    server._handle_event = handle_known  # noqa: SLF001


@cache
def public_handlers() -> frozenset[str]:
    """Every handler that a page may call, as its name travels. No page calls the `setvar` of the framework's States."""
    names = {f"{state.get_full_name()}.{name}" for state in _states(State) for name in state.event_handlers}
    return frozenset(name for name in names if not name.endswith(".setvar"))


def _states(state: type[BaseState]) -> Iterator[type[BaseState]]:
    yield state
    for below in state.get_substates():
        yield from _states(below)


def _page(router_data: object) -> dict[str, str]:
    """Only the texts of `PAGE`, unless they are too long."""
    given = router_data if isinstance(router_data, dict) else {}
    texts = {key: given.get(key) for key in PAGE}
    return {key: text for key, text in texts.items() if isinstance(text, str) and len(text) <= LONGEST_ADDRESS}
