"""What `doctor --outside` does with servers and answers of any kind."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPMessage

import pytest

from cers_app.commands.outside import arriving, live, tls
from cers_app.commands.outside.reaching import LONGEST_BODY, Answer, NoAnswerError, Site
from tests.support.nginx import CERTIFICATE

PATIENCE = 0.5
HEAD = b"HTTP/1.1 200 OK\r\n"
Server = Callable[[socket.socket], None]


@contextmanager
def served(answer: Server, *, has_tls: bool = True) -> Iterator[Site]:
    """A server on loopback that does to each connection what `answer` says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not is_over.is_set():
                with suppress(OSError):
                    plain, _ = listening.accept()
                    plain.settimeout(5)
                    with plain, context.wrap_socket(plain, server_side=True) if has_tls else plain as connection:
                        answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        port = listening.getsockname()[1]
        try:
            yield Site("https://localhost", lambda *_: socket.create_connection(("127.0.0.1", port), 5), PATIENCE)
        finally:
            is_over.set()
            thread.join()


def says(*parts: bytes) -> Server:
    """A server that reads the request and answers with these bytes."""

    def answer(connection: socket.socket) -> None:
        connection.recv(10_000)
        for part in parts:
            connection.sendall(part)

    return answer


def without_end(begin: bytes, more: bytes, pause: float = 0.0) -> Server:
    """A server that never stops."""

    def answer(connection: socket.socket) -> None:
        connection.recv(10_000)
        connection.sendall(begin)
        while True:
            connection.sendall(more)
            time.sleep(pause)

    return answer


def silent(connection: socket.socket) -> None:
    """A server that reads until the other end has gone."""
    while connection.recv(1_000):
        continue


@pytest.mark.parametrize(
    "hostile",
    [
        silent,
        without_end(HEAD, b"x", 0.02),
        without_end(HEAD + b"\r\n", b"x", 0.02),
        without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
        without_end(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n", 0.001),
    ],
)
def test_a_server_without_end_costs_no_more_than_the_time_limit(hostile: Server) -> None:
    began = time.monotonic()
    with served(hostile) as site, pytest.raises(NoAnswerError, match=r"No whole answer came within 0\.5 seconds"):
        site.fetch("/")

    assert time.monotonic() - began < PATIENCE + 3


def test_a_server_that_never_begins_with_tls_costs_no_more_than_the_time_limit() -> None:
    with served(silent, has_tls=False) as site, pytest.raises(NoAnswerError, match="No whole answer"):
        site.fetch("/")
    with served(silent, has_tls=False) as site, pytest.raises(NoAnswerError, match="No whole answer"):
        list(tls.certificate(site))


def test_only_the_beginning_of_an_endless_page_is_kept() -> None:
    with served(without_end(HEAD + b"\r\n", b"x" * 100_000)) as site:
        assert len(site.fetch("/").body) == LONGEST_BODY


@pytest.mark.parametrize(
    "broken",
    [
        says(b"\x16\x03\x01 nonsense\r\n\r\n"),
        says(HEAD + b"A: b\r\n" * 200 + b"\r\n"),
        says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc"),
        says(HEAD + b"x" * 100_000),
        says(),
    ],
)
def test_a_broken_answer_is_no_unexpected_error(broken: Server) -> None:
    with served(broken) as site, pytest.raises(NoAnswerError, match="The connection broke"):
        site.fetch("/")


def answered(status: int = 200, body: str = "", **headers: str) -> Answer:
    """An answer as it comes from a server."""
    message = HTTPMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return Answer(status, message, body)


def test_a_hostile_address_does_nothing_to_the_terminal() -> None:
    hostile = "https://example.com/\x1b]0;gone\x07\u202e" + "x" * 5_000
    with served(says(f"HTTP/1.1 302 Found\r\nLocation: {hostile}\r\n\r\n".encode())) as site:
        (found,) = arriving.sign_in(site.fetch("/"))

    assert found.words.isascii()
    assert found.words.isprintable()
    assert len(found.words) < 300


@pytest.mark.parametrize(
    ("cookie", "is_safe"),
    [
        ("__Host-cers_browser=a; HttpOnly; Max-Age=1; Path=/; SameSite=lax; Secure", True),
        ("__Host-cers_browser=a; HttpOnly; Max-Age=1; Path=/; SameSite=Lax", False),
        ("__Host-cers_browser=a; Secure; Path=/; SameSite=Lax", False),
        ("__Host-cers_browser=a; Secure; HttpOnly; Path=/; SameSite=None", False),
        ("__Host-cers_browser=a; Secure; HttpOnly; Path=/portal; SameSite=Lax", False),
        ("__Host-cers_browser=a; Secure; HttpOnly; Path=/; SameSite=Lax; Domain=example.gov", False),
        ("cers_browser=a; HttpOnly; Path=/; SameSite=Lax", False),
        ("__Host-cers_browser=a; =; Secure; HttpOnly; Path=/; SameSite=lax;;", True),
        ("x=__Host-cers_browser=a; Secure; HttpOnly; Path=/; SameSite=lax", False),
        ("__Host-cers_browser=", False),
    ],
)
def test_a_cookie_that_lost_what_protects_it_is_named(cookie: str, *, is_safe: bool) -> None:
    assert (list(arriving.cookies(answered(set_cookie=cookie))) == []) is is_safe


@pytest.mark.parametrize(("days", "told"), [(22, ""), (20, "in 20 days"), (0.5, "in 0 days")])
def test_a_certificate_that_soon_expires_is_a_warning(days: float, told: str) -> None:
    end = "Jan 31 00:00:00 2027 GMT"
    found = list(tls.expiry(end, ssl.cert_time_to_seconds(end) - days * 86_400))

    assert [told in advice.words and not advice.is_wrong for advice in found] == [True] * bool(told)


@pytest.mark.parametrize(
    "hostile",
    [
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        says(b"nonsense\r\n\r\n"),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"),
        says(b"HTTP/1.1 200 OK\r\n\r\nHello"),
        says(),
        without_end(HEAD, b"x", 0.02),
        silent,
    ],
)
def test_a_server_that_breaks_the_handshake_of_a_socket_is_named(hostile: Server) -> None:
    with served(hostile) as site:
        try:
            words = [advice.words for advice in live.socket(site, answered())]
        except NoAnswerError as broken:
            words = [str(broken)]

    assert words
    assert all(line.isprintable() for line in words)
