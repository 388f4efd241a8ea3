"""A request that never ends holds no connection and fills no memory."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from cers_app.values import addresses
from tests.support.portal import Portal
from tests.support.processes import memory
from tests.support.raw_sockets import connected, ended, received

MEGABYTE = 1024 * 1024
CONNECTIONS = 4


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
        for _ in range(CONNECTIONS):
            connection = stack.enter_context(connected(portal))
            with suppress(ConnectionError):
                connection.sendall(one * 5_000)
        assert memory(portal.pid) - before < 8 * MEGABYTE

    end = ended(portal, one * 3)
    assert end.answer.count(b"HTTP/1.1 200 ") == end.answer.count(b"HTTP/1.1") == 1
    assert ended(portal, one).answer.endswith(b"\r\n\r\nok")


@pytest.mark.parametrize("upgrade", ["h2c", "websocket, h2c", "x"])
def test_the_body_of_a_request_passes_for_the_next_visitors_request(portal: Portal, upgrade: str) -> None:
    inside = head(portal, "POST /sign-out HTTP/1.1", "content-length: 0", "") + head(portal, "GET /a HTTP/1.1")
    odd = (f"upgrade: {upgrade}", "connection: upgrade", f"content-length: {len(inside)}", "")

    smuggled = ended(portal, head(portal, "POST /healthz HTTP/1.1", *odd), inside)
    plain = ended(portal, head(portal, "POST /healthz HTTP/1.1", odd[2], ""), inside)

    assert (smuggled.answer.split()[1], smuggled.answer.count(b"HTTP/1.1")) == (b"400", 1)
    assert plain.answer.split()[1] == b"405", "a body without an upgrade is a body"


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
