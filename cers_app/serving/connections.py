"""Bounds what one HTTP connection may send, and how long it may take.

The server (uvicorn) bounds the unread body, but neither the head of a request nor the time that a request may take.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cers_app.serving.files import Files
from cers_app.serving.process import HEAD_BYTES
from cers_app.values.forms import LONGEST_MESSAGE

MOST_HEADERS = 100
REQUEST_BYTES = 4 * LONGEST_MESSAGE
"""The longest request. No form or message of the portal has a quarter of this, so only unread rests of a body do."""
HEAD_SECONDS = 10
"""A connection closes if it has not sent the head of its next request in this time."""
BODY_SECONDS = 15
"""The longest time for a body. The portal's routes wait for 10 s, and then still answer."""
REST_SECONDS = 2
"""The time to read an answer that came before the end of the body."""
FLUSH_SECONDS = 300
"""The longest time to read the rest of an answer on a connection that closes."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class RefusedError(Exception):
    """The parser stops, and the server answers 400."""


class Connection(HttpToolsProtocol):
    """An HTTP/1.1 connection of uvicorn with bounds. A WebSocket leaves it with its handshake (`sockets.py`)."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.access_log = False
        self.app = Files(self.app)
        self._is_head, self._received = True, 0
        self._end: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or close one connection too many."""
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            transport.abort()
        self._close_in(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._keep_open()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and never more of a head than a head may have."""
        while data and not self.transport.is_closing() and self.transport.get_protocol() is self:
            size = HEAD_BYTES - self._received if self._is_head else HEAD_BYTES
            piece, data = data[:size], data[size:]
            self._received += len(piece)
            super().data_received(piece)
            if self._is_head and self._received >= HEAD_BYTES:
                self._refuse_head()
            elif self._received > REQUEST_BYTES:
                self.transport.close()

    def _refuse_head(self) -> None:
        if self._is_answered():
            self.transport.write(TOO_LARGE)
        self.transport.close()

    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def on_message_begin(self) -> None:
        """Refuse a request before the answer to the last one. No browser or proxy sends such a request."""
        if not self._is_answered():
            self.cycle.keep_alive = False
            raise RefusedError
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Refuse too many headers, and close a connection that sends headers after a body."""
        if not self._is_head:
            self.transport.close()
        elif len(self.headers) >= MOST_HEADERS:
            raise RefusedError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to wait for the body. Refuse any upgrade but ours: the parser takes its body for the next request."""
        if self.parser.should_upgrade() and not self._should_upgrade():
            raise RefusedError
        self._is_head = False
        self._close_in(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Leave the time to the application. If it has answered already, wait for the next request."""
        self._is_head, self._received = True, 0
        self._keep_open()
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:
            self._close_in(HEAD_SECONDS)

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of this one."""
        super().on_response_complete()
        self._close_in(HEAD_SECONDS if self._is_head else REST_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request. An answer that has begun ends first, and then the connection closes."""
        if self._is_answered():
            super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection to a WebSocket, which has bounds of its own."""
        self._keep_open()
        super().handle_websocket_upgrade()

    def _keep_open(self) -> None:
        if self._end:
            self._end.cancel()

    def _close_in(self, seconds: float) -> None:
        self._keep_open()
        self._end = self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        self.transport.close()
        self._end = self.loop.call_later(FLUSH_SECONDS, self.transport.abort)
