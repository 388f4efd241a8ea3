"""Sends a built file in one piece. The framework would read the file in threads, which takes longer than the page."""

from functools import lru_cache
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "http.response.pathsend"
"""The extension of ASGI by which an answer names a file."""
KEPT = 512
"""How many files stay in memory. All built files together have about 5 MB."""


class Files:
    """ASGI middleware outside everything: reads the files that answers name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""

        async def sending(message: Message) -> None:
            if message["type"] == PATH:
                message = {"type": "http.response.body", "body": _content(Path(message["path"]))}
            await send(message)

        await self._app({**scope, "extensions": {PATH: {}}}, receive, sending)


def _content(path: Path) -> bytes:
    # The system has these few files in memory, so reading takes less time than another thread.
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(KEPT)
def _read(path: Path, _changed: int) -> bytes:
    """All connections share what this returns, so a peer that reads nothing takes no memory for it."""
    return path.read_bytes()
