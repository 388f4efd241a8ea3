"""What never ends does not fill the memory, and does not hold a connection."""

import json
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from websockets.frames import CloseCode, Opcode

from cers_app.values import addresses
from cers_app.values.forms import LONGEST_MESSAGE
from tests.support.portal import Portal
from tests.support.processes import memory
from tests.support.raw_sockets import connected, ended, frame, received, shaken
from tests.support.wire import HYDRATE, HYDRATED, NAMESPACE, SIGN_IN, Jar, Socket, browse

MEGABYTE = 1024 * 1024
SOCKETS = 4
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


def test_no_message_is_inflated(portal: Portal) -> None:
    offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits"
    with shaken(portal, browse(portal.url), "deflating", offer) as connection:
        connection.sendall(b"\xc1" + frame(TEXT, b"deflated")[1:])
        end = b""
        with suppress(ConnectionError):
            while True:
                end += received(connection)
    assert struct.pack("!H", CloseCode.PROTOCOL_ERROR) in end


def head(portal: Portal, line: str, *more: str) -> bytes:
    """The lines of a request. An empty one at the end ends the head."""
    return "\r\n".join([line, f"host: localhost:{portal.port}", *more, ""]).encode()


def test_a_connection_that_does_not_send_a_request_in_time_is_closed_and_one_that_does_is_answered(
    portal: Portal,
) -> None:
    page = f"GET {addresses.SIGN_IN} HTTP/1.1"
    post = f"POST {addresses.SESSION} HTTP/1.1"
    form = ("content-type: application/x-www-form-urlencoded", "sec-fetch-site: same-origin")
    kinds = {
        "silent": (b"", b""),
        "half a line": (b"GET /sig", b""),
        "a line without an end": (b"GET /", b"a"),
        "a head without an end": (head(portal, page), b"a: b\r\n"),
        "idle": (head(portal, page, ""), b""),
        "a body that never comes": (head(portal, post, *form, "content-length: 9000", ""), b""),
        "a slow body": (head(portal, post, *form, "content-length: 9000", ""), b"a"),
        "a slow body in chunks": (head(portal, post, *form, "transfer-encoding: chunked", ""), b"1\r\na\r\n"),
        "a body that nobody reads": (head(portal, page, "content-length: 9000", ""), b"a"),
        "headers after the body": (
            head(portal, post, *form, "transfer-encoding: chunked", "", "0"),
            b"a: b\r\n",
        ),
        "a header after the body, without an end": (
            head(portal, post, *form, "transfer-encoding: chunked", "", "0") + b"a: ",
            b"x" * 40_000,
        ),
        "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00", b""),
    }
    with ThreadPoolExecutor(len(kinds)) as pool:
        ends = dict(zip(kinds, pool.map(lambda kind: ended(portal, *kinds[kind]), kinds), strict=True))

    # The portal closes most of them after 10 s, and a busy machine may add some.
    assert {kind: end.seconds for kind, end in ends.items() if end.seconds > 30} == {}
    assert ends["idle"].answer.startswith(b"HTTP/1.1 200 ")
    assert ends["idle"].seconds > 8
    assert ends["silent"].answer == b""


def test_a_request_that_comes_in_pieces_is_answered(portal: Portal) -> None:
    with connected(portal) as connection:
        for _ in range(3):
            for byte in head(portal, f"GET {addresses.SIGN_IN} HTTP/1.1", ""):
                connection.sendall(bytes([byte]))
            assert received(connection).startswith(b"HTTP/1.1 200 ")
            connection.settimeout(0.3)
            with suppress(TimeoutError):
                while received(connection):
                    continue
            connection.settimeout(60)


def test_many_requests_in_one_packet_get_one_answer(portal: Portal) -> None:
    one = head(portal, "GET /healthz HTTP/1.1", "")
    before = memory(portal.pid)
    with ExitStack() as stack:
        for _ in range(SOCKETS):
            connection = stack.enter_context(connected(portal))
            with suppress(ConnectionError):
                connection.sendall(one * 5_000)
        assert memory(portal.pid) - before < 8 * MEGABYTE

    end = ended(portal, one * 3)
    assert end.answer.count(b"HTTP/1.1 200 ") == end.answer.count(b"HTTP/1.1") == 1
    assert ended(portal, one).answer.endswith(b"\r\n\r\nok")


@pytest.mark.parametrize(
    ("line", "more", "status"),
    [
        ("GET /healthz HTTP/1.1", ["a: b"] * 90, b"200"),
        ("GET /healthz HTTP/1.1", ["a: b"] * 200, b"400"),
        ("GET /healthz HTTP/1.1", ["content-length: 1", "content-length: 2"], b"400"),
        ("GET /healthz HTTP/1.1", ["content-length: 1", "transfer-encoding: chunked"], b"400"),
        ("CONNECT portal:80 HTTP/1.1", [], b"400"),
        ("GET /healthz HTTP/1.1", ["upgrade: websocket", "connection: upgrade"], b"400"),
        ("POST /_event HTTP/1.1", ["upgrade: websocket", "connection: upgrade"], b"405"),
    ],
    ids=["ninety headers", "many headers", "two lengths", "length and chunks", "proxy", "no key", "a posted socket"],
)
def test_an_odd_request_is_refused_and_its_connection_closed(
    portal: Portal, line: str, more: list[str], status: bytes
) -> None:
    end = ended(portal, head(portal, line, *more, ""))

    assert end.answer.split()[1] == status
    assert end.is_closed


def test_an_event_socket_with_a_long_head_is_let_in(portal: Portal) -> None:
    with shaken(portal, browse(portal.url), "a long head", f"x-padding: {'x' * 14_000}") as connection:
        connection.sendall(frame(TEXT, f"40{NAMESPACE},".encode()))
        assert NAMESPACE.encode() in received(connection)


def test_somebody_signs_in_after_all_this(portal: Portal) -> None:
    portal.create_account("afterall")
    with Socket(portal.url, "a tab", browse(portal.url)) as tab:
        tab.call(HYDRATE)
        assert tab.call(SIGN_IN, form={"username": "afterall", "password": "wrong"})["problems"]
