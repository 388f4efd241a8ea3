"""`/healthz` says that the process lives, and `/readyz` says that the portal can serve.

Anyone may ask, because neither answer holds a secret.
"""

import asyncio
import math
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from cers_app.mail.worker import Worker
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import database
from cers_app.storage.database import Database
from cers_app.values.hosts import HIGHEST_PORT

WORKER_SILENCE_SECONDS = 180.0
"""Longer than one mail takes, even with a slow mail server."""
KEPT_SECONDS = 1.0
"""How long `/readyz` repeats an answer. Many probes then cost no more than a single probe."""


class Readiness:
    """Knows which parts are down, and looks no more than once a second."""

    def __init__(self, look: Callable[[], list[str]], stopwatch: Callable[[], float] = time.monotonic) -> None:
        """`look` returns one line for each part that is down, and may block. `stopwatch` returns seconds."""
        self._look, self._stopwatch = look, stopwatch
        self._turn = asyncio.Lock()
        self._down: list[str] = []
        self._seen_at = -math.inf

    async def down(self) -> list[str]:
        """One line for each part that is down, at most a second old."""
        async with self._turn:
            if self._stopwatch() - self._seen_at >= KEPT_SECONDS:
                self._down = await asyncio.to_thread(self._look)
                self._seen_at = self._stopwatch()
            return self._down


def _has_no_port(host: str) -> bool:
    port = host.rpartition(":")[2]
    return port.isdecimal() and (len(port) > len(str(HIGHEST_PORT)) or int(port) > HIGHEST_PORT)


class HostCheck(TrustedHostMiddleware):
    """ASGI middleware that refuses foreign hosts. It lets the two probes through, because probes use the IP address."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the host, or let a probe in."""
        if scope["type"] == "http" and scope["path"] in ANSWERS:
            await self.app(scope, receive, send)
        elif "headers" in scope and _has_no_port(Headers(scope=scope).get("host", "")):
            # The framework would redirect to the server's own address, which the proxy hides.
            await PlainTextResponse("Invalid host header", 400)(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def healthz(_request: Request) -> Response:
    """200 `ok`: the process answers."""
    return PlainTextResponse("ok")


async def readyz(_request: Request) -> Response:
    """200 `ok`, or 503 and one line for each part that is down."""
    down = await READINESS.down()
    return PlainTextResponse("\n".join(down) or "ok", 503 if down else 200)


def _what_is_down() -> list[str]:
    down = []
    try:
        if not database.is_current(provided(Database)):
            down.append("database: not at the newest migration")
    except SQLAlchemyError:
        down.append("database: does not answer")
    worker = provided(Worker)
    if settings().mail_worker and time.monotonic() - worker.seen_at > WORKER_SILENCE_SECONDS:
        # The worker writes to the database at each look, so its error comes from the database.
        down.append("database: cannot be written" if worker.fault else "mail worker: does not answer")
    return down


READINESS = Readiness(_what_is_down)
ANSWERS = {"/healthz": healthz, "/healthz/": healthz, "/readyz": readyz, "/readyz/": readyz}
ROUTES = [Route(path, answer, methods=["GET"]) for path, answer in ANSWERS.items()]
