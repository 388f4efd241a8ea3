"""How much one address may ask of the server itself: sockets, events and requests.

The limits of the journeys are their own; these keep one visitor from taking the machine away from all others
(OWASP WebSocket cheat sheet; ASVS 2.4.1).
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app import metrics
from cers_app.visitor import network

MINUTE_SECONDS = 60.0
FREE = ("/assets/", "/favicon")
"""Built files, which browsers keep: a page asks for a dozen of them."""


class Traffic(Protocol):
    """A limit for an IP address."""

    def take(self, ip: str) -> datetime | None:
        """Count a request; when to try again if there were too many."""


@dataclass(frozen=True, slots=True)
class FloodRule:
    """So many open sockets in all and for an address, so many events a minute on one socket."""

    sockets: int
    sockets_per_ip: int
    events_per_minute: int


class Flood:
    """ASGI middleware, inside the door: the client's address is the one the door found."""

    def __init__(
        self, app: ASGIApp, rule: FloodRule, traffic: Traffic, stopwatch: Callable[[], float] = time.monotonic
    ) -> None:
        """`traffic` counts requests; `stopwatch` gives seconds."""
        self._app, self._rule, self._traffic, self._stopwatch = app, rule, traffic, stopwatch
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or say that it is too much."""
        ip = network(str((scope.get("client") or ("unknown", 0))[0]))
        if scope["type"] == "websocket":
            await self._socket(ip, scope, receive, send)
        elif scope["type"] == "http" and not scope["path"].startswith(FREE) and self._traffic.take(ip) is not None:
            metrics.LIMITS.labels("requests").inc()
            words = "Too many requests from your network. Wait a minute, then try again."
            await PlainTextResponse(words, 429, {"cache-control": "no-store", "retry-after": "60"})(
                scope, receive, send
            )
        else:
            await self._app(scope, receive, send)

    async def _socket(self, ip: str, scope: Scope, receive: Receive, send: Send) -> None:
        # Each one leaves a State in memory for a while, so opening and closing counts, too.
        is_too_often = self._traffic.take(ip) is not None
        if is_too_often or self._open.total() >= self._rule.sockets or self._open[ip] >= self._rule.sockets_per_ip:
            metrics.LIMITS.labels("sockets").inc()
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        self._open[ip] += 1
        metrics.SOCKETS.inc()
        try:
            await self._app(scope, self._counted(receive), send)
        finally:
            metrics.SOCKETS.dec()
            self._open[ip] -= 1
            if not self._open[ip]:
                del self._open[ip]

    def _counted(self, receive: Receive) -> Receive:
        began, events = self._stopwatch(), 0

        async def receiving() -> Message:
            nonlocal began, events
            message = await receive()
            if message["type"] == "websocket.receive":
                if self._stopwatch() - began > MINUTE_SECONDS:
                    began, events = self._stopwatch(), 0
                events += 1
                if events > self._rule.events_per_minute:
                    metrics.LIMITS.labels("events").inc()
                    return {"type": "websocket.disconnect", "code": 1008}
            return message

        return receiving
