"""How much one address may ask of the server: more than that is refused, and nobody else notices."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.web.traffic import Pace, TrafficLimit, TrafficRule, built_files
from tests.support.asgi import Inside, call
from tests.support.doubles import NOON, Gate

RULE = TrafficRule(sockets=3, sockets_per_ip=2, events_per_minute=3, events_per_ip=5, kilobytes_per_minute=2)
BUILT = frozenset({"/assets/app.js"})


def guarded(
    app: ASGIApp, traffic: Gate, seconds: Callable[[], float] = lambda: 0.0, rule: TrafficRule = RULE
) -> TrafficLimit:
    limit = TrafficLimit(app, rule, traffic, lambda: BUILT, lambda: NOON + timedelta(seconds=seconds()))
    limit.sleep = at_once
    return limit


async def at_once(_seconds: float) -> None:
    """Nobody waits in these tests."""


def test_a_page_that_reads_no_answers_is_not_heard_until_it_does() -> None:
    async def run() -> None:
        heard, read = list[str](), asyncio.Event()

        async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
            answers = set[asyncio.Future[None]]()
            while (message := await receive())["type"] == "websocket.receive":
                heard.append(message["text"])
                answers.add(asyncio.ensure_future(send({"type": "websocket.send", "text": "words"})))
                await asyncio.sleep(0)

        texts = iter("abc")

        async def receive() -> Message:
            text = next(texts, None)
            return {"type": "websocket.receive", "text": text} if text else {"type": "websocket.disconnect"}

        async def send(_message: Message) -> None:
            await read.wait()

        scope = {"type": "websocket", "path": "/_event", "query_string": b"", "client": ("192.0.2.7", 0)}
        running = asyncio.create_task(guarded(echo, Gate())(scope, receive, send))
        for _ in range(20):
            await asyncio.sleep(0)
        assert heard == ["a"]
        read.set()
        await running
        assert heard == ["a", "b", "c"]

    asyncio.run(run())


class Holding:
    """An application whose sockets stay open until they are let go; what each received."""

    def __init__(self) -> None:
        self.go, self.received = asyncio.Event(), list[Message]()

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            self.received.append(message)
        await self.go.wait()


async def connect(limit: TrafficLimit, ip: str, *texts: str) -> list[Message]:
    """Open a socket and send events; what came back."""
    sent: list[Message] = []
    waiting = [{"type": "websocket.receive", "text": text} for text in texts]

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    await limit({"type": "websocket", "path": "/_event", "query_string": b"", "client": (ip, 0)}, receive, send)
    return sent


async def opened(ips: list[str]) -> list[bool]:
    """Which of several sockets at once were let in; afterwards all are closed and another is let in again."""
    holding = Holding()
    limit = guarded(holding, Gate())
    tasks = [asyncio.create_task(connect(limit, ip)) for ip in ips]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    holding.go.set()
    answers = [await task for task in tasks]
    assert await connect(limit, ips[0]) == []
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

    assert asyncio.run(connect(guarded(Holding(), gate), "192.0.2.1")) == [{"type": "websocket.close", "code": 1013}]


def received(*sent: tuple[str, float, str]) -> list[str]:
    """What reaches the application of messages that one socket after another sends: from where, when, which text."""
    holding, now = Holding(), [0.0]
    limit = guarded(holding, Gate(), lambda: now[0])

    async def run() -> None:
        holding.go.set()
        for ip, seconds, text in sent:
            now[0] = seconds
            await connect(limit, ip, text)

    asyncio.run(run())
    return [str(message["text"]) for message in holding.received]


@pytest.mark.parametrize(("events", "let_in"), [(3, 3), (4, 3), (50, 3)])
def test_a_socket_that_sends_too_much_is_closed(events: int, let_in: int) -> None:
    async def run() -> Holding:
        holding = Holding()
        holding.go.set()
        await connect(guarded(holding, Gate()), "192.0.2.1", *map(str, range(events)))
        return holding

    assert len(asyncio.run(run()).received) == let_in


def test_an_address_sends_only_so_many_events_a_minute_on_however_many_pages() -> None:
    office, another = "192.0.2.1", "192.0.2.2"

    async def run() -> list[int]:
        holding, counts = Holding(), []
        holding.go.set()
        limit = guarded(holding, Gate())
        for ip in (office, office, another):
            before = len(holding.received)
            await connect(limit, ip, *"abc")
            counts.append(len(holding.received) - before)
        return counts

    assert asyncio.run(run()) == [3, 2, 3]


def test_a_noisy_page_of_an_office_ends_and_a_quiet_one_does_not() -> None:
    rule = replace(RULE, events_per_minute=40)

    async def run() -> list[int]:
        holding, counts = Holding(), []
        holding.go.set()
        limit = guarded(holding, Gate(), rule=rule)
        for texts in ("abcdefghij", "abcd", "abcdefghij"):
            before = len(holding.received)
            await connect(limit, "192.0.2.1", *texts)
            counts.append(len(holding.received) - before)
        return counts

    assert asyncio.run(run()) == [5, 4, 4]


def test_a_flood_on_one_page_waits_and_a_person_does_not() -> None:
    person, flood = Pace(240), Pace(240)

    assert [person.wait(pressed / 4) for pressed in range(200)] == [0] * 200
    assert [flood.wait(1000) for _ in range(12)] == [0] * 12
    now = 1000.0
    for _ in range(60):
        now += flood.wait(now)
    assert now == pytest.approx(1010), "six events a second"
    assert flood.wait(now + 60) == 0
    assert Pace(1).wait(0) == 0, "a low limit makes nobody slower"
    unlimited = Pace(1_000_000)
    assert sum(unlimited.wait(0) for _ in range(10_000)) == 0, "as in load tests"


def test_a_page_that_floods_is_heard_at_its_pace() -> None:
    waits, rule = list[float](), replace(RULE, events_per_minute=40, events_per_ip=40)

    async def sleep(seconds: float) -> None:
        waits.append(round(seconds, 1))

    async def run() -> Holding:
        holding = Holding()
        holding.go.set()
        limit = guarded(holding, Gate(), rule=rule)
        limit.sleep = sleep
        await connect(limit, "192.0.2.1", *"abcdefghijklmn")
        return holding

    assert len(asyncio.run(run()).received) == 14
    assert waits == [0.2, 0.3], "the first twelve came in one go"


def test_the_next_minute_counts_anew() -> None:
    async def run() -> Holding:
        holding, times = Holding(), iter([*[0.0] * 3, *[1.0] * 9, *[61.5] * 9])
        holding.go.set()
        await connect(guarded(holding, Gate(), lambda: next(times)), "192.0.2.1", *map(str, range(6)))
        return holding

    assert len(asyncio.run(run()).received) == 6


def test_an_address_sends_only_so_many_kilobytes_a_minute_on_however_many_pages() -> None:
    office, another = "192.0.2.1", "192.0.2.2"
    kilobyte, next_one, odd = "a" * 1024, "b" * 1024, "é" * 512

    assert received((office, 0, kilobyte), (office, 1, next_one)) == [kilobyte, next_one]
    assert received((office, 0, kilobyte), (office, 1, odd), (office, 2, "c")) == [kilobyte, odd], "bytes, not letters"
    assert received((office, 0, "d" * 2049), (another, 1, "e" * 2048)) == ["e" * 2048]
    assert received((office, 0, kilobyte * 2), (office, 59, "f"), (office, 61, "g")) == [kilobyte * 2, "g"]


def test_bytes_of_a_binary_message_count_too() -> None:
    async def run() -> list[Message]:
        holding = Holding()
        holding.go.set()
        limit = guarded(holding, Gate())
        waiting: list[Message] = [{"type": "websocket.receive", "bytes": b"a" * size} for size in (2048, 1)]

        async def receive() -> Message:
            return waiting.pop(0)

        await limit(
            {"type": "websocket", "path": "/_event", "query_string": b"", "client": ("192.0.2.1", 0)},
            receive,
            _send_nothing,
        )
        return holding.received

    assert [len(message["bytes"]) for message in asyncio.run(run())] == [2048]


async def _send_nothing(_message: Message) -> None:
    """Sockets here only listen."""


def test_too_many_requests_are_told_so_and_files_that_are_there_are_free() -> None:
    gate = Gate()
    limit = guarded(Inside(), gate)
    assert call(limit, path="/r/x")[0]["status"] == 200

    gate.retry_at = NOON
    for path in ("/r/x", "/assets/none.js", "/favicon2.ico", "/assets/app.js/", "/assets/"):
        refused = call(limit, path=path)
        assert refused[0]["status"] == 429
        assert b"Too many requests" in refused[1]["body"]
    assert call(limit, path="/assets/app.js")[0]["status"] == 200


def test_the_files_that_are_free_are_those_that_browsers_keep(tmp_path: Path) -> None:
    for name in ("assets/app.js", "assets/more/a.css", "favicon.svg", "sign-in/index.html", "index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert built_files(tmp_path) == {"/assets/app.js", "/assets/more/a.css", "/favicon.svg"}


@pytest.mark.parametrize(("kind", "longest"), [("http", 2048), ("websocket", 512)])
def test_an_address_with_an_endless_query_is_refused(kind: str, longest: int) -> None:
    inside, gate = Inside(), Gate()
    call(guarded(inside, gate), kind, query=b"token=tab&more=".ljust(longest, b"x"))
    assert len(inside.scopes) == 1

    gate.retry_at = NOON
    (answer, *_) = call(guarded(inside, gate), kind, query=b"token=tab&more=".ljust(longest + 1, b"x"))
    assert len(inside.scopes) == 1
    assert answer.get("status", answer.get("code")) in {414, 1008}
