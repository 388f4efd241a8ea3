"""Bounds what one WebSocket may send before the application reads it.

The server (uvicorn) bounds a message. It bounds neither the number of small frames that one read brings, nor the
answers to pings that nobody reads.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import DATA_OPCODES, CloseCode, Frame

PIECE_BYTES = 1_024
"""The server parses this much before it looks whether the application keeps up."""
MOST_FRAMES = 1_000
"""The most pings, pongs and parts of messages in a minute. `TrafficLimit` counts whole messages."""
MINUTE_SECONDS = 60
END_SECONDS = 2
"""How long a server that stops waits for a peer that reads nothing."""


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket of uvicorn with bounds."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._unread = bytearray()
        self._frames, self._since = 0, self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Keep what came. One read brings up to 256 KB, and tiny frames would be much larger in memory."""
        self._unread += data
        self._parse()

    def _parse(self) -> None:
        while self._unread and not self.read_paused and self.writable.is_set() and not self.transport.is_closing():
            piece = bytes(self._unread[:PIECE_BYTES])
            del self._unread[:PIECE_BYTES]
            super().data_received(piece)
            if self.conn.handshake_exc is not None:
                # The server itself would neither answer nor close.
                self.transport.close()

    def handle_events(self) -> None:
        """Handle frames, and cut a connection off that sends too many small ones."""
        if self.loop.time() - self._since > MINUTE_SECONDS:
            self._frames, self._since = 0, self.loop.time()
        self._frames += sum(isinstance(event, Frame) and not _is_message(event) for event in self.conn.events)
        if self._frames > MOST_FRAMES:
            self.transport.abort()
        else:
            super().handle_events()

    def send_receive_event_to_app(self) -> None:
        """Hand a message on. Text that is not UTF-8 closes the connection, without a line in the log."""
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self.conn.fail(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    def pause_writing(self) -> None:
        """Read nothing from a peer that reads nothing, or the answers to its pings would fill the memory."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Read again."""
        super().resume_writing()
        self._read_on()

    def shutdown(self) -> None:
        """Close, because the server stops."""
        super().shutdown()
        self.loop.call_later(END_SECONDS, self.transport.abort)

    async def receive(self) -> Any:  # noqa: ANN401 - as in the server
        """The next message. Parses on only when the application has taken all messages so far."""
        message = await super().receive()
        self._read_on()
        return message

    def _read_on(self) -> None:
        self._parse()
        if self.transport.is_closing():
            return
        if self.read_paused or not self.writable.is_set():
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()


def _is_message(frame: Frame) -> bool:
    return frame.fin and frame.opcode in DATA_OPCODES
