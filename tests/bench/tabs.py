"""One browser tab over the bare socket, with a stopwatch."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cers_app.values import addresses
from tests.support.journeys import HANDLERS
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import HYDRATE, SIGN_IN, Jar, Socket, browse

SIGN_IN_PATH = addresses.SIGN_IN


class Tab:
    """A hydrated page; times are in milliseconds, from sending an event to the update that answers it."""

    def __init__(self, socket: Socket, path: str) -> None:
        self._socket, self._path, self._challenge = socket, path, ""

    @classmethod
    @contextmanager
    def open(cls, portal: Portal, path: str, name: str = "a tab", jar: Jar | None = None) -> Iterator["Tab"]:
        """Open a page in a browser of its own, or in that of `jar`."""
        with Socket(portal.url, name, jar or browse(portal.url, path)) as socket:
            socket.call(HYDRATE, path)
            yield cls(socket, path)

    def send(self, event: str, **payload: Any) -> None:
        """Call a handler and do not wait."""
        self._socket.send(event, self._path, **payload)

    def until(self, var: str) -> dict[str, Any]:
        """The changes of the next update that changes `var`."""
        while True:
            changes = self._socket.changes()
            if var in changes:
                return changes

    def timed(self, event: str, var: str, **payload: Any) -> tuple[float, dict[str, Any]]:
        """Call a handler; how long until `var` changed, and the changes."""
        began = time.perf_counter_ns()
        self.send(event, **payload)
        changes = self.until(var)
        return (time.perf_counter_ns() - began) / 1e6, changes

    def ask(self, identifier: str, characters: str = CHARACTERS) -> float:
        """Ask for a mail; the picture was issued before the clock starts."""
        load, submit, field = HANDLERS[self._path]
        if not self._challenge:
            self.send(submit.replace("submit", "recognize"), typed="")
            self.send(load)
            self._challenge = self.until("challenge")["challenge"]
        form = {field: identifier, "challenge": self._challenge, "characters": characters}
        spent, changes = self.timed(submit, "answered", form=form)
        # Empty after a request; another one after wrong characters.
        self._challenge = changes["challenge"]
        return spent

    def refresh(self) -> float:
        """Ask for other verification characters."""
        return self.timed(HANDLERS[self._path][0].replace(".load", ".refresh"), "challenge")[0]

    def sign_in(self, username: str, password: str) -> tuple[float, bool]:
        """Try to sign in; whether it went well, too."""
        spent, changes = self.timed(SIGN_IN, "answered", form={"username": username, "password": password})
        return spent, bool(changes.get("claim"))
