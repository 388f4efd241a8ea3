"""Answers given before any page, State or template was touched."""

from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Refusal:
    """An ASGI application: a request gets the status and the words, a handshake is closed with the code."""

    status: int
    words: str
    code: int = 1008
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": self.code})
            return
        await PlainTextResponse(self.words, self.status, self.headers)(scope, receive, send)
