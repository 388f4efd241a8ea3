"""Warns in the log about the usual mistakes of the proxy in front.

A visitor can send the same requests on purpose. So only several wrong requests in a row count, only while nothing right
has come for some minutes, and a warning says "probably". Programs that check the portal are not browsers, so their
requests do not count.
"""

import logging
import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import StrEnum

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values import addresses
from cers_app.web.visit import forwarded_address

log = logging.getLogger(__name__)

IN_A_ROW = 3
"""Wrong requests before a warning. One person who tries twice sends as many."""
SILENCE = timedelta(minutes=10)
"""After a right request, no warning for this time. A proxy makes a mistake for everybody."""
REPEAT = timedelta(hours=1)
LONGEST_SHOWN = 80
PORT = re.compile(r":\d+$")
BAD_REQUEST, NOT_FOUND = 400, 404
ENTRIES = ("/_event", *(page.rstrip("/") for page in (addresses.SIGN_IN, addresses.FORGOT, addresses.RESET_PASSWORD)))
"""Addresses at which visitors arrive."""


class Mistake(StrEnum):
    """What the log says about each mistake, after "The proxy in front probably"."""

    HOST = "does not pass the Host header on. The portal refuses requests for %s. Set Host to the host that people see"
    UPGRADE = (
        "does not pass the Upgrade and Connection headers on. Event sockets arrive as plain requests, so pages work "
        "only by long polling. Pass both headers on if Upgrade is websocket"
    )
    FORWARDED = (
        "sets no X-Forwarded-For, or fewer addresses than CERS_TRUSTED_HOPS says. So all visitors share the "
        "address of the proxy, and its limits. Set X-Forwarded-For, or correct CERS_TRUSTED_HOPS"
    )
    PREFIX = "adds a path. The portal has no page %s. Pass each address on as the visitor asked for it"


class Suspicion:
    """Decides whether a mistake deserves a warning now."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._wrong = 0
        self._right_at: datetime | None = None
        self._told_at: datetime | None = None

    def right(self) -> None:
        """A request came that shows the mistake is not there."""
        self._wrong, self._right_at = 0, self._clock()

    def wrong(self) -> bool:
        """A request came that looks like the mistake. Returns whether to warn."""
        now = self._clock()
        self._wrong += 1
        is_due = self._wrong >= IN_A_ROW and not _within(SILENCE, self._right_at, now)
        if not is_due or _within(REPEAT, self._told_at, now):
            return False
        self._told_at = now
        return True


def _within(time: timedelta, since: datetime | None, now: datetime) -> bool:
    # A clock that was set back must not silence the portal for longer.
    return since is not None and since <= now < since + time


class ProxyMistakes:
    """ASGI middleware outside everything that refuses requests."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], trusted_hops: int, clock: Callable[[], datetime]) -> None:
        """`hosts` are the hosts for which the portal answers, without a port."""
        self._app, self._hosts, self._trusted_hops = app, hosts, trusted_hops
        self._suspicions = {mistake: Suspicion(clock) for mistake in Mistake}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on, and look at what browsers send and get."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        self._see_socket(scope)
        if scope["type"] == "websocket" or "sec-fetch-site" not in headers:
            await self._app(scope, receive, send)
            return
        host = headers.get("host", "")
        is_ours = PORT.sub("", host).lower() in self._hosts
        if is_ours:
            self._right(Mistake.HOST)
            self._see_address(headers)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == BAD_REQUEST and not is_ours:
                    self._wrong(Mistake.HOST, host)
                self._see_page(message["status"], scope["path"])
            await send(message)

        await self._app(scope, receive, sending)

    def _see_socket(self, scope: Scope) -> None:
        if scope["type"] == "websocket":
            self._right(Mistake.UPGRADE)
        elif scope["path"].rstrip("/").endswith("/_event") and b"transport=websocket" in scope["query_string"]:
            self._wrong(Mistake.UPGRADE)

    def _see_address(self, headers: Headers) -> None:
        if forwarded_address(headers, self._trusted_hops):
            self._right(Mistake.FORWARDED)
        elif self._trusted_hops:
            self._wrong(Mistake.FORWARDED)

    def _see_page(self, status: int, path: str) -> None:
        entry = path.rstrip("/")
        if status < BAD_REQUEST and entry in ENTRIES:
            self._right(Mistake.PREFIX)
        elif status == NOT_FOUND and entry.endswith(ENTRIES):
            self._wrong(Mistake.PREFIX, path)

    def _right(self, mistake: Mistake) -> None:
        self._suspicions[mistake].right()

    def _wrong(self, mistake: Mistake, *shown: str) -> None:
        if self._suspicions[mistake].wrong():
            words = mistake % tuple(ascii(each[:LONGEST_SHOWN]) for each in shown)
            log.warning("The proxy in front probably %s", words)
