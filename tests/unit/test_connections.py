"""How many connections the server takes, and how it sends files."""

import asyncio
import os
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from cers_app.serving.connections import Connection
from cers_app.serving.files import Files
from tests.support import loops
from tests.support.asgi import call

MOST = 2


class Wire(asyncio.Transport):
    """A connection of a visitor."""

    is_open = True

    def abort(self) -> None:
        self.is_open = False


async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """An application that is never reached."""


def test_one_connection_too_many_is_closed_and_the_next_one_after_somebody_left_is_not() -> None:
    async def run() -> list[bool]:
        config, state = Config(nothing, limit_concurrency=MOST, log_config=None, interface="asgi3"), ServerState()
        wires = [Wire() for _ in range(MOST + 2)]
        protocols = [Connection(config, state, {}) for _ in wires]
        for wire, protocol in zip(wires[:-1], protocols, strict=False):
            protocol.connection_made(wire)
        for left in (protocols[0], protocols[MOST]):
            left.connection_lost(OSError())
        protocols[-1].connection_made(wires[-1])
        found = [wire.is_open for wire in wires]
        for protocol in protocols[1:MOST] + protocols[-1:]:
            protocol.connection_lost(OSError())
        return found

    assert loops.run(run()) == [True, True, False, True]


def test_a_file_is_sent_as_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    for number, words in enumerate((b"Sign In", b"Sign in")):
        file.write_bytes(words)
        os.utime(file, (number, number))
        (_, body) = call(Files(FileResponse(file)))
        assert body == {"type": "http.response.body", "body": words}
