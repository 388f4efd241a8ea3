"""A bare ASGI application, and a way to call it without a server."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support import loops

Header = tuple[bytes, bytes]


@dataclass
class Inside:
    """The application behind a middleware: remembers what reached it, and answers."""

    status: int = 200
    headers: list[Header] = field(default_factory=lambda: [(b"content-type", b"text/html; charset=utf-8")])
    scopes: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
            await send({"type": "http.response.body", "body": b"<p>page</p>"})


def call(
    app: ASGIApp, kind: str = "http", headers: Iterable[Header] = (), query: bytes = b"", path: str = "/"
) -> list[Message]:
    """Call an application once; the messages it sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "headers": list(headers),
        "query_string": query,
        "client": ("127.0.0.1", 4711),
    }

    async def calling() -> None:
        await app(scope, receive, send)

    loops.run(calling())
    return sent


def headers_of(messages: list[Message]) -> list[Header]:
    """The headers of an answer."""
    return list(messages[0]["headers"])
