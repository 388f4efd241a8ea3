"""What never ends does not fill the memory, and does not hold a connection."""

import json
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from websockets.frames import CloseCode, Opcode

from cers_app.values import addresses
from cers_app.values.forms import LONGEST_MESSAGE
from tests.support.polled import Polled, poll
from tests.support.portal import Portal
from tests.support.processes import memory
from tests.support.raw_sockets import frame, received, shaken
from tests.support.wire import HYDRATE, HYDRATED, NAMESPACE, Jar, Socket, browse

MEGABYTE = 1024 * 1024
SOCKETS, OK = 4, 200
TEXT, CONT, PING = Opcode.TEXT, Opcode.CONT, Opcode.PING
BEGUN = frame(TEXT, b"x" * 1000, fin=False)
ENDLESS = {
    "parts": (BEGUN, frame(CONT, b"x" * MEGABYTE, fin=False)),
    "one frame": (b"\x81\xff" + struct.pack("!Q4x", 1 << 40), b"x" * MEGABYTE),
    "empty parts": (BEGUN, frame(CONT, b"", fin=False) * (MEGABYTE // 6)),
    "parts of one letter": (BEGUN, frame(CONT, b"x", fin=False) * (MEGABYTE // 7)),
    "pings": (b"", frame(PING, b"x" * 125) * (MEGABYTE // 131)),
    "messages of one letter": (b"", frame(TEXT, b"6") * (MEGABYTE // 7)),
}
"""What begins, and what then follows without an end. The sender reads no answer."""


def hydrating() -> bytes:
    """An event of a page."""
    page = {"pathname": addresses.SIGN_IN, "asPath": addresses.SIGN_IN}
    return f"42{NAMESPACE},{json.dumps(['event', {'name': HYDRATE, 'payload': {}, 'router_data': page}])}".encode()


def send_endlessly(portal: Portal, jar: Jar, token: str, kind: str) -> int:
    """Send 20 MB, or less if the portal closes or does not read. The memory that it then holds."""
    first, again = ENDLESS[kind]
    sent = 0
    with shaken(portal, jar, f"{kind} {token}") as connection:
        connection.settimeout(1)
        with suppress(ConnectionError, TimeoutError):
            connection.sendall(first)
            while sent < 20 * MEGABYTE:
                connection.sendall(again)
                sent += len(again)
        return memory(portal.pid)


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_one_address_sends_without_an_end_does_not_fill_the_memory(portal: Portal, kind: str) -> None:
    jar = browse(portal.url)
    with Socket(portal.url, "somebody else", jar) as other:
        other.call(HYDRATE)
        before = memory(portal.pid)
        with ThreadPoolExecutor(SOCKETS) as pool:
            held = list(pool.map(lambda number: send_endlessly(portal, jar, str(number), kind), range(SOCKETS)))

        # A server that kept the parts of these four connections took 89 MB.
        assert max(held) - before < 16 * MEGABYTE
        assert other.call(HYDRATE)


@pytest.mark.parametrize("parts", [1, 2, 60])
def test_a_message_above_the_bound_is_refused_and_one_below_is_answered(portal: Portal, parts: int) -> None:
    with shaken(portal, browse(portal.url), f"a message in {parts} parts") as connection:
        connection.sendall(frame(TEXT, f"40{NAMESPACE},".encode()))
        connection.sendall(in_parts(hydrating().ljust(LONGEST_MESSAGE - 1000), parts))
        answer = b""
        while HYDRATED.encode() not in answer.replace(b"\\", b""):
            answer += received(connection)

        connection.sendall(in_parts(b"x" * (LONGEST_MESSAGE + 1), parts))
        end = b""
        with suppress(ConnectionError):
            while True:
                end += received(connection)
    assert struct.pack("!H", CloseCode.MESSAGE_TOO_BIG) in end


def in_parts(message: bytes, parts: int) -> bytes:
    """A message in frames of the same length."""
    size = -(-len(message) // parts)
    pieces = [message[at : at + size] for at in range(0, len(message), size)]
    return b"".join(
        frame(CONT if number else TEXT, piece, fin=number == len(pieces) - 1) for number, piece in enumerate(pieces)
    )


def test_a_page_that_reads_on_is_answered_after_many_messages_in_one_packet(portal: Portal) -> None:
    with shaken(portal, browse(portal.url), "many in one packet") as connection:
        connection.sendall(frame(TEXT, f"40{NAMESPACE},".encode()) + frame(TEXT, hydrating()) * 100)
        connection.sendall(frame(PING, b"are you there?"))
        answer = b""
        while answer.count(HYDRATED.encode()) < 100 or b"are you there?" not in answer:
            answer += received(connection).replace(b"\\", b"")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\xc1" + frame(TEXT, b"deflated")[1:], CloseCode.PROTOCOL_ERROR),
        (frame(TEXT, b"2\xff"), CloseCode.INVALID_DATA),
        (frame(CONT, b"the end of nothing"), CloseCode.PROTOCOL_ERROR),
    ],
    ids=["deflated", "no text", "no beginning"],
)
def test_an_odd_message_ends_its_connection_and_leaves_no_line(portal: Portal, sent: bytes, code: CloseCode) -> None:
    before = portal.log.read_text("utf-8")
    offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits"
    with shaken(portal, browse(portal.url), "an odd message", offer) as connection:
        connection.sendall(sent)
        end = b""
        with suppress(ConnectionError):
            while True:
                end += received(connection)
    assert struct.pack("!H", code) in end
    assert portal.log.read_text("utf-8") == before


def test_an_event_socket_with_a_long_head_is_let_in(portal: Portal) -> None:
    with shaken(portal, browse(portal.url), "a long head", f"x-padding: {'x' * 14_000}") as connection:
        connection.sendall(frame(TEXT, f"40{NAMESPACE},".encode()))
        assert NAMESPACE.encode() in received(connection)


def post_endlessly(portal: Portal, jar: Jar, number: int) -> int:
    """Post 40 messages of 64 kB in a polling session, or fewer if the portal ends it. The memory that it then holds."""
    with Polled(portal.url, f"polling {number}", jar) as page:
        for _ in range(40):
            # Beside the one letter, every other takes four times as much memory as on the wire.
            if poll(portal.url, jar, f"&sid={page.sid}", f"4😀{'x' * 64_000}").status != OK:
                break
        return memory(portal.pid)


def test_what_one_address_posts_without_an_end_does_not_fill_the_memory(portal: Portal) -> None:
    jar = browse(portal.url)
    with Socket(portal.url, "somebody else", jar) as other:
        other.call(HYDRATE)
        before = memory(portal.pid)
        with ThreadPoolExecutor(2 * SOCKETS) as pool:
            held = list(pool.map(lambda number: post_endlessly(portal, jar, number), range(2 * SOCKETS)))

        # A portal that took the posts before it handled them held 57 MB.
        assert max(held) - before < 32 * MEGABYTE
        assert other.call(HYDRATE)
