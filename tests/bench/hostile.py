"""A hostile client. It reads an order as JSON from each line of standard input, and writes its number of messages."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, takewhile
from typing import Any

from websockets.frames import Frame, Opcode

from cers_app.values import addresses
from tests.bench.load import message
from tests.support.wire import HYDRATE, NAMESPACE, NEW_SUBMIT, SIGN_IN, STATE

NICE = 5
RATE, PAUSE_SECONDS = 800, 0.025
"""The most messages per second of all connections, and the shortest pause between two messages of one connection."""
AGAIN_SECONDS = 0.1
"""How soon the client opens a connection again that the server refused or closed."""
FAT, PIECE, PIECES = 55_000, 65_536, 64
"""Bytes of router data in an event, and an unfinished message of 4 MiB. The portal takes events of up to 64 KiB."""
POLLING = f"{NAMESPACE}/?EIO=4&transport=polling"


class Line:
    """One connection to the portal or the dummy server."""

    def __init__(self, order: dict[str, Any], number: int, pause: float, sent: "count[int]") -> None:
        """`sent` counts the messages of all connections."""
        self.order, self.number, self._pause, self._sent = order, number, pause, sent
        self.ip, port = order["addresses"][number % len(order["addresses"])], order["port"]
        self._headers = f"host: localhost:{port}\r\nx-forwarded-for: {self.ip}\r\ncookie: {order['cookie']}\r\n"
        self._origin = f"origin: http://localhost:{port}\r\n"

    async def use(self, work: Callable[["Line"], Awaitable[None]]) -> None:
        """Connect, work, and go away without a word."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.order["port"])
        try:
            await work(self)
        finally:
            self._writer.transport.abort()

    async def say(self, raw: bytes) -> None:
        """Send bytes at the client's pace."""
        self._writer.write(raw)
        await self._writer.drain()
        next(self._sent)
        await asyncio.sleep(self._pause)

    async def say_all(self, stream: Iterable[bytes]) -> None:
        """Send messages and ignore the answers, until the server closes the connection."""
        reading = asyncio.create_task(drained(self._reader))
        for raw in takewhile(lambda _: not reading.done(), stream):
            await self.say(raw)
        await reading

    async def ask(self, method: str, path: str, body: str = "") -> str:
        """The body of an answer."""
        await self.say(self.request(method, path, f"{self._origin}content-length: {len(body)}\r\n", body))
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        return (await self._reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))).decode()

    def request(self, method: str, path: str, headers: str, body: str = "") -> bytes:
        """A request on the wire."""
        return f"{method} {path} HTTP/1.1\r\n{self._headers}{headers}\r\n{body}".encode()

    async def upgrade(self) -> None:
        """Become the event socket of a new tab. Raises `EOFError` if the server refuses."""
        headers = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        headers += "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        path = f"{NAMESPACE}/?token={os.urandom(8).hex()}&EIO=4&transport=websocket"
        await self.say(self.request("GET", path, self._origin + headers))
        if b" 101 " not in await self._reader.readuntil(b"\r\n\r\n"):
            raise EOFError
        await self.say(frame(f"40{NAMESPACE},"))


async def drained(reader: asyncio.StreamReader) -> None:
    """Read until the other side closes the connection."""
    with suppress(OSError):
        while await reader.read(PIECE):
            continue


def frame(text: str, opcode: Opcode = Opcode.TEXT, *, is_last: bool = True) -> bytes:
    """A frame on the wire."""
    return Frame(opcode, text.encode(), is_last).serialize(mask=True)


async def send_events(event: Callable[[Line, int], str], line: Line) -> None:
    """Open a page and send events."""
    await line.upgrade()
    await line.say(frame(message(HYDRATE, addresses.SIGN_IN, {})))
    await line.say_all(frame(event(line, each)) for each in count())


def growing(_line: Line, each: int) -> str:
    """Router data under a key that no other event has."""
    data = {"pathname": addresses.SIGN_IN, "asPath": addresses.SIGN_IN, f"k{each}": "x" * FAT}
    event = {"name": SIGN_IN.replace("submit", "load"), "payload": {}, "router_data": data}
    return f"42{NAMESPACE},{json.dumps(['event', event])}"


def guess(line: Line, each: int) -> str:
    """A wrong password, each time for another name."""
    form = {"username": f"n{line.ip.replace('.', 'n')}n{line.number}n{each}", "password": "a wrong password"}
    return message(SIGN_IN, addresses.SIGN_IN, {"form": form})


def weak(line: Line, each: int) -> str:
    """A weak password for the one live link."""
    form = {"link": line.order["link"], "password": f"summer summer summer summer {line.number} {each}"}
    return message(NEW_SUBMIT, addresses.NEW_PASSWORD, {"form": form})


def unknown(_line: Line, each: int) -> str:
    """A handler that does not exist, or one that the framework once had."""
    return message(f"{STATE}.{'setvar' if each % 2 else 'no_such_handler'}", addresses.SIGN_IN, {"value": each})


async def never_finish(line: Line) -> None:
    """Send a message whose last frame never comes."""
    await line.upgrade()
    opcodes = [Opcode.TEXT, *[Opcode.CONT] * (PIECES - 1)]
    await line.say_all(frame("x" * PIECE, opcode, is_last=False) for opcode in opcodes)


async def keep_silent(line: Line) -> None:
    """Send nothing, or half a request line."""
    await line.say_all([b"GET /sign-"] if line.number % 2 else [])


async def poll(line: Line) -> None:
    """Hold a polling session open."""
    opened = await line.ask("GET", f"{POLLING}&token={os.urandom(8).hex()}")
    session = f"{POLLING}&sid={json.loads(opened[1:])['sid']}"
    await line.ask("POST", session, f"40{NAMESPACE},")
    while True:
        await line.ask("GET", session)


async def ask_from_elsewhere(line: Line) -> None:
    """Ask for a page as a browser does for an image on another site."""
    headers = "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\nsec-fetch-dest: image\r\n"
    await line.say_all(line.request("GET", addresses.SIGN_IN, headers) for _ in count())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of siege."""

    connections: int
    work: Callable[[Line], Awaitable[None]]
    addresses: tuple[int, ...] = (1, 10)
    """How many addresses share the connections, in turn."""
    ahead: float = 0.3
    """Honest people begin after these seconds, when the sessions to hold are open."""


KINDS = {
    "growing state": Kind(8, partial(send_events, growing)),
    "unfinished messages": Kind(8, never_finish),
    "silent connections": Kind(200, keep_silent, (1,)),  # they send no head, so the portal learns no address
    "long polls": Kind(200, poll, ahead=1.5),
    "floods of sign-ins": Kind(20, partial(send_events, guess)),
    "refused new passwords": Kind(20, partial(send_events, weak)),
    "unknown handlers": Kind(20, partial(send_events, unknown)),
    "another site's page": Kind(20, ask_from_elsewhere),
}


async def attack(order: dict[str, Any]) -> int:
    """Keep every connection busy until the time is over. Returns the number of messages."""
    kind, sent = KINDS[order["kind"]], count()
    pause = max(PAUSE_SECONDS, kind.connections / RATE)

    async def keep_busy(number: int) -> None:
        await asyncio.sleep(pause * number / kind.connections)
        while True:
            with suppress(OSError, EOFError, ValueError, LookupError):
                await Line(order, number, pause, sent).use(kind.work)
            await asyncio.sleep(AGAIN_SECONDS)

    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*map(keep_busy, range(kind.connections))), order["seconds"])
    return next(sent)


if __name__ == "__main__":
    os.nice(NICE)
    for ordered in sys.stdin:
        sys.stdout.write(f"{asyncio.run(attack(json.loads(ordered)))}\n")
        sys.stdout.flush()
