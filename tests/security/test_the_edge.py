"""No single request or socket keeps the others waiting or fills the memory."""

import http.client
import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from statistics import median

from cers_app.values import addresses
from tests.support.portal import Portal
from tests.support.processes import memory
from tests.support.wire import HYDRATE, NAMESPACE, Socket, browse, handler

HIDE = handler("ui___banners", "trouble_state", "hide")
SLOW = '\\"'
"""In a quoted value: some parsers take quadratic time for many of these."""
MEGABYTE = 1024 * 1024


def answered(portal: Portal, head: bytes, seconds: float = 60) -> bytes:
    """The start of the answer to some bytes; raises `TimeoutError` when the server neither answers nor closes."""
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", portal.port), timeout=seconds) as connection:
        connection.sendall(head)
        return connection.recv(65536)
    return b""


def with_cookie(portal: Portal, length: int) -> bytes:
    """What a browser with a cookie of so many bytes is answered."""
    cookie = f'theme="{SLOW * (length // 2)}"'
    lines = ("GET /sign-in/ HTTP/1.1", f"host: localhost:{portal.port}", f"cookie: {cookie}", "connection: close")
    return answered(portal, ("\r\n".join(lines) + "\r\n\r\n").encode())


def waited(portal: Portal, address: str) -> float:
    """The seconds in which a visitor at another address of this machine gets the sign-in page."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=120, source_address=(address, 0))
    with closing(connection):
        connection.request("GET", addresses.SIGN_IN, headers={"host": f"localhost:{portal.port}"})
        assert connection.getresponse().status == 200
    return time.monotonic() - began


def test_three_requests_with_90_kilobytes_of_cookies_keep_no_other_address_waiting(
    portal: Portal, say: Callable[[str], None]
) -> None:
    waits = [waited(portal, "127.0.0.2")]
    with ThreadPoolExecutor(3) as pool:
        attacks = [pool.submit(with_cookie, portal, 90_000) for _ in range(3)]
        while len(waits) < 10 or not all(attack.done() for attack in attacks):
            waits.append(waited(portal, "127.0.0.2"))

    say(f"while somebody sends 90 KB of cookies, others wait {median(waits):.3f} s, at most {max(waits):.3f} s")
    assert median(waits) < 0.5
    # A portal that parsed them kept one of these waiting for 16 s. A busy machine may add a second.
    assert max(waits) < 4
    assert {attack.result()[:12] for attack in attacks} <= {b"HTTP/1.1 431", b""}


def test_a_head_of_a_request_has_at_most_16_kilobytes(portal: Portal) -> None:
    assert with_cookie(portal, 15_000).startswith(b"HTTP/1.1 200")
    assert with_cookie(portal, 17_000)[:12] in {b"HTTP/1.1 431", b""}


def test_a_connection_that_begins_with_http_2_is_let_go(portal: Portal) -> None:
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        connection.sendall(preface + settings)
        with suppress(ConnectionError):
            while connection.recv(65536):
                continue

    host = f"host: localhost:{portal.port}\r\n\r\n".encode()
    assert answered(portal, b"GET /sign-in/ HTTP/1.1\r\n" + host).startswith(b"HTTP/1.1 200")


def telling(router_data: dict[str, object]) -> str:
    """An event of a page, as it travels."""
    return f"42{NAMESPACE},{json.dumps(['event', {'name': HIDE, 'payload': {}, 'router_data': router_data}])}"


def catch_up(tab: Socket) -> None:
    """Read on until the page is drawn afresh: the server has worked through each event before."""
    tab.send(HYDRATE, addresses.HELP)
    while "is_hydrated" not in tab.changes():
        continue


def test_what_browsers_tell_about_their_pages_does_not_fill_the_memory(portal: Portal) -> None:
    jar, page = browse(portal.url), {"pathname": addresses.HELP, "asPath": addresses.HELP}
    with ExitStack() as stack:
        tabs = [stack.enter_context(Socket(portal.url, f"a growing tab {number}", jar)) for number in range(20)]
        for tab in tabs:
            catch_up(tab)
        before = memory(portal.pid)
        for number in range(200):
            text = telling({**page, f"key {number}": "x" * 60_000})
            for tab in tabs:
                tab.send_raw(text)
        for tab in tabs:
            catch_up(tab)
        grown = memory(portal.pid) - before
        heard = [sum("trouble_state" in text for text in tab.received) for tab in tabs]

    assert grown < 20 * MEGABYTE
    assert min(heard) >= 200, "each event was answered"
