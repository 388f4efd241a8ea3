"""Connections that send what no browser would, byte by byte."""

import socket
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from urllib.parse import quote

from websockets.frames import Frame, Opcode

from tests.support.portal import Portal
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.wire import NAMESPACE, Jar

CHUNK = 65_536


def connected(portal: Portal) -> socket.socket:
    """A connection that has sent nothing."""
    return socket.create_connection(("127.0.0.1", portal.port), timeout=PATIENCE_SECONDS)


def shaken(portal: Portal, jar: Jar, token: str, *more: str) -> socket.socket:
    """A connection after the handshake of the event socket, and after the first message."""
    lines = (
        f"GET {NAMESPACE}/?token={quote(token)}&EIO=4&transport=websocket HTTP/1.1",
        f"host: localhost:{portal.port}",
        f"origin: {portal.url}",
        f"cookie: {jar.header}",
        "upgrade: websocket",
        "connection: Upgrade",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        *more,
    )
    connection = connected(portal)
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    head = b""
    while b"maxPayload" not in head:
        head += received(connection)
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"sec-websocket-extensions" not in head.lower()
    return connection


def received(connection: socket.socket) -> bytes:
    """The next bytes. Raises `ConnectionError` when none come any more."""
    data = connection.recv(CHUNK)
    if not data:
        raise ConnectionError
    return data


def frame(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A frame of a browser, on the wire."""
    return Frame(opcode, data, fin).serialize(mask=True)


@dataclass(frozen=True, slots=True)
class End:
    """How a connection ended."""

    answer: bytes
    seconds: float

    @property
    def is_closed(self) -> bool:
        """Whether the portal closed it, rather than the patience of the test."""
        return self.seconds < PATIENCE_SECONDS


def ended(portal: Portal, first: bytes, again: bytes = b"", pause: float = 0.5) -> End:
    """Send the first bytes, then others again and again, until the portal closes."""
    began, answer = time.monotonic(), b""
    with closing(connected(portal)) as connection, suppress(ConnectionError):
        connection.sendall(first)
        connection.settimeout(pause)
        while time.monotonic() - began < PATIENCE_SECONDS:
            with suppress(TimeoutError):
                answer += received(connection)
                continue
            connection.sendall(again)
    return End(answer, time.monotonic() - began)
