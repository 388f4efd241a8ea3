"""Answers that touch no page, State or template."""

from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Refusal:
    """An ASGI application. A request gets the status and the words. A handshake closes with the code."""

    status: int
    words: str
    code: int = 1008
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or the handshake."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": self.code})
            return
        await PlainTextResponse(self.words, self.status, self.headers)(scope, receive, send)
