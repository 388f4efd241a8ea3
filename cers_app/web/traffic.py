"""Limits how many sockets, events, kilobytes and requests one address may use.

Journeys have their own limits. These limits keep one visitor from using up the whole server (OWASP WebSocket cheat
sheet, ASVS 2.4.1).
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values import addresses, metrics
from cers_app.values.limits import Traffic
from cers_app.web.refusal import Refusal
from cers_app.web.visit import network

MINUTE = timedelta(minutes=1)
KILOBYTE = 1024
PACE_SECONDS, BURST_SECONDS = 1 / 6, 2
"""A page may send twelve events in one go. Then `TrafficLimit` takes six per second."""
MINUTE_IN_SECONDS = 40
"""A higher limit for a minute also quickens the pace: no page needs longer than this for a minute's events."""
NOISY = 10
"""A page that sends a tenth of its events counts as noisy once its address has sent too many."""
LONGEST_QUERY = {"http": 2_048, "websocket": 512}
"""Bytes. `SocketHandshake` rewrites the query of a handshake. Only links from elsewhere add a query to a page."""
TOO_LONG = Refusal(414, "This address is too long.")
TOO_MANY = Refusal(
    429, "Too many requests from your network. Wait a minute, then try again.", 1013, {"retry-after": "60"}
)


@lru_cache(maxsize=1)
def built_files(folder: Path) -> frozenset[str]:
    """The paths of the files that browsers keep. A page loads a dozen of them, so they do not count as requests."""
    files = [*folder.glob("assets/**/*"), *folder.glob("favicon*")]
    return frozenset(f"/{file.relative_to(folder).as_posix()}" for file in files if file.is_file())


@dataclass(frozen=True, slots=True)
class TrafficRule:
    """`events_per_minute` is for each socket. The last two limits are for all sockets of an address."""

    sockets: int
    sockets_per_ip: int
    events_per_minute: int
    events_per_ip: int
    kilobytes_per_minute: int


class Minute:
    """Sums by key that restart every minute, and when the clock is set back."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._began, self._sums = clock, clock(), Counter[str]()

    def add(self, key: str, number: int) -> int:
        """Add `number` and return this minute's sum."""
        now = self._clock()
        if not self._began <= now <= self._began + MINUTE:
            self._began = now
            self._sums.clear()
        self._sums[key] += number
        return self._sums[key]


class Pace:
    """Tells how long the next event of a page waits. No flood then keeps the server from other pages."""

    def __init__(self, events_per_minute: int) -> None:
        self._each = min(PACE_SECONDS, MINUTE_IN_SECONDS / events_per_minute)
        self._due = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds. `now` is the time of a clock that nobody sets."""
        self._due = max(self._due, now - BURST_SECONDS) + self._each
        return max(0.0, self._due - now)


class TrafficLimit:
    """ASGI middleware, inside `ClientAddress`."""

    sleep: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)
    """Lets a page wait that floods. Only unit tests replace it."""

    def __init__(
        self,
        app: ASGIApp,
        rule: TrafficRule,
        traffic: Traffic,
        free: Callable[[], Container[str]],
        clock: Callable[[], datetime],
    ) -> None:
        """`traffic` counts requests, except for the paths in `free`."""
        self._app, self._rule, self._traffic, self._free, self._clock = app, rule, traffic, free, clock
        self._open: Counter[str] = Counter()
        self._received, self._events = Minute(clock), Minute(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request or a socket that exceeds a limit."""
        if scope["type"] not in LONGEST_QUERY:
            await self._app(scope, receive, send)
            return
        ip = network(scope["client"][0])
        if len(scope["query_string"]) > LONGEST_QUERY[scope["type"]]:
            await TOO_LONG(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(ip, scope, receive, send)
        elif not self._is_free(scope) and self._traffic.take(ip) is not None:
            metrics.LIMITS.labels("requests").inc()
            await TOO_MANY(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_free(self, scope: Scope) -> bool:
        # The route itself counts a check of a session, because it knows whether the session is live.
        is_check = scope["path"] == addresses.SESSION and scope["method"] in {"GET", "HEAD"}
        return is_check or scope["path"] in self._free()

    async def _socket(self, ip: str, scope: Scope, receive: Receive, send: Send) -> None:
        # Each socket leaves a State in memory for some time, so a socket that opens and closes also counts.
        is_too_often = self._traffic.take(ip) is not None
        if is_too_often or self._open.total() >= self._rule.sockets or self._open[ip] >= self._rule.sockets_per_ip:
            metrics.LIMITS.labels("sockets").inc()
            await TOO_MANY(scope, receive, send)
            return
        self._open[ip] += 1
        metrics.SOCKETS.inc()
        is_sent = asyncio.Event()
        is_sent.set()

        async def sending(message: Message) -> None:
            is_sent.clear()
            try:
                await send(message)
            finally:
                is_sent.set()

        try:
            await self._app(scope, self._counted(ip, receive, is_sent), sending)
        finally:
            metrics.SOCKETS.dec()
            self._open[ip] -= 1
            if not self._open[ip]:
                del self._open[ip]

    def _counted(self, ip: str, receive: Receive, is_sent: asyncio.Event) -> Receive:
        events, pace, loop = Minute(self._clock), Pace(self._rule.events_per_minute), asyncio.get_running_loop()

        async def receiving() -> Message:
            # A page that reads no answers gets no other event handled, or its answers would fill the memory.
            await is_sent.wait()
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            if limit := self._exceeded(ip, events, message):
                metrics.LIMITS.labels(limit).inc()
                return {"type": "websocket.disconnect", "code": 1008}
            if wait := pace.wait(loop.time()):
                await self.sleep(wait)
            return message

        return receiving

    def _exceeded(self, ip: str, events: Minute, message: Message) -> str:
        """The name in the metrics of the limit that a message exceeds, or empty."""
        if self._received.add(ip, _size(message)) > self._rule.kilobytes_per_minute * KILOBYTE:
            return "kilobytes"
        own, together = events.add(ip, 1), self._events.add(ip, 1)
        # A quiet page of an office must not end because of a noisy one.
        is_noisy = together > self._rule.events_per_ip and own > self._rule.events_per_minute // NOISY
        return "events" if is_noisy or own > self._rule.events_per_minute else ""


def _size(message: Message) -> int:
    return len(message.get("bytes") or (message.get("text") or "").encode())
