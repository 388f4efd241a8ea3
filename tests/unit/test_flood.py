"""How much one address may ask of the server: more than that is refused, and nobody else notices."""

import asyncio
from datetime import datetime

import pytest
from starlette.types import Message, Receive, Scope, Send

from cers_app.web.flood import Flood, FloodRule
from tests.doubles import NOON
from tests.unit.asgi import Inside, call

RULE = FloodRule(sockets=3, sockets_per_ip=2, events_per_minute=3)


class Gate:
    """Lets through until it is shut."""

    retry_at: datetime | None = None

    def take(self, _ip: str) -> datetime | None:
        return self.retry_at


class Holding:
    """An application whose sockets stay open until they are let go; what each received."""

    def __init__(self) -> None:
        self.go, self.received = asyncio.Event(), list[Message]()

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            self.received.append(message)
        await self.go.wait()


async def connect(flood: Flood, ip: str, events: int = 0) -> list[Message]:
    """Open a socket and send events; what came back."""
    sent: list[Message] = []
    waiting = [{"type": "websocket.receive", "text": str(number)} for number in range(events)]

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    await flood({"type": "websocket", "path": "/_event", "client": (ip, 0)}, receive, send)
    return sent


async def opened(ips: list[str]) -> list[bool]:
    """Which of several sockets at once were let in; afterwards all are closed and another is let in again."""
    holding = Holding()
    flood = Flood(holding, RULE, Gate())
    tasks = [asyncio.create_task(connect(flood, ip)) for ip in ips]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    holding.go.set()
    answers = [await task for task in tasks]
    assert await connect(flood, ips[0]) == []
    return [answer == [] for answer in answers]


def test_one_address_holds_only_so_many_sockets_and_all_together_too() -> None:
    assert asyncio.run(opened(["192.0.2.1"] * 3)) == [True, True, False]
    assert asyncio.run(opened(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"])) == [True, True, True, False]


def test_a_network_is_counted_as_one_visitor() -> None:
    assert asyncio.run(opened(["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"])) == [True, True, False]
    assert asyncio.run(opened(["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"])) == [True, True, True]


def test_opening_and_closing_sockets_is_counted_too() -> None:
    gate = Gate()
    gate.retry_at = NOON

    assert asyncio.run(connect(Flood(Holding(), RULE, gate), "192.0.2.1")) == [
        {"type": "websocket.close", "code": 1013}
    ]


@pytest.mark.parametrize(("events", "let_in"), [(3, 3), (4, 3), (50, 3)])
def test_a_socket_that_sends_too_much_is_closed(events: int, let_in: int) -> None:
    async def run() -> Holding:
        holding = Holding()
        holding.go.set()
        await connect(Flood(holding, RULE, Gate(), lambda: 0.0), "192.0.2.1", events)
        return holding

    assert len(asyncio.run(run()).received) == let_in


def test_the_next_minute_counts_anew() -> None:
    async def run() -> Holding:
        holding, times = Holding(), iter([0.0, *[1.0] * 3, *[61.5] * 9])
        holding.go.set()
        await connect(Flood(holding, RULE, Gate(), lambda: next(times)), "192.0.2.1", 6)
        return holding

    assert len(asyncio.run(run()).received) == 6


def test_too_many_requests_are_told_so_and_assets_are_free() -> None:
    gate = Gate()
    flood = Flood(Inside(), RULE, gate)
    assert call(flood, path="/r/x")[0]["status"] == 200

    gate.retry_at = NOON
    refused = call(flood, path="/r/x")
    assert refused[0]["status"] == 429
    assert b"Too many requests" in refused[1]["body"]
    assert call(flood, path="/assets/app.js")[0]["status"] == 200
