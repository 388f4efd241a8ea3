"""Reaches a portal the way a browser does, within bounds: the server there may be slow, broken or hostile."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.client import HTTPMessage as Headers
from urllib.parse import urlsplit

from cers_app.values.hosts import DEFAULT_PORTS

PATIENCE_SECONDS = 10
MOST_ADDRESSES = 4
LONGEST_BODY = 500_000
"""Bytes. A page of the portal has a tenth of that."""
LONGEST_SHOWN = 80
BROWSER = {"User-Agent": "Mozilla/5.0 (cers_app doctor)", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}


class NoAnswerError(Exception):
    """Nothing useful came back. The message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a problem. A warning has `is_wrong=False`."""

    words: str
    is_wrong: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP."""

    status: int
    headers: Headers
    body: str


def shown(text: str) -> str:
    """A text of the server in quotation marks, short, and harmless in a terminal."""
    return ascii(text[:LONGEST_SHOWN])


def unverified() -> ssl.SSLContext:
    """Takes every certificate. One check is about the certificate, and the others send no secret."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _dialed(host: str, port: int) -> socket.socket:
    """Connect to the first address that answers. A name may have any number of them."""
    broken = OSError()
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:MOST_ADDRESSES]:
        try:
            return socket.create_connection((str(address[0]), port), PATIENCE_SECONDS)
        except OSError as silent:
            broken = silent
    raise broken


@dataclass(frozen=True, slots=True)
class Site:
    """A portal at its public address."""

    origin: str
    """As browsers send it, such as `https://portal.example.gov`."""
    dial: Callable[[str, int], socket.socket] = _dialed
    """Connects to a host and a port. Raises `OSError`."""
    patience: float = PATIENCE_SECONDS
    """The longest time for one connection, from its begin to its end, in seconds."""

    @property
    def name(self) -> str:
        """The host, and the port unless it is the usual one."""
        return urlsplit(self.origin).netloc

    @property
    def host(self) -> str:
        """The host."""
        return urlsplit(self.origin).hostname or ""

    @property
    def port(self) -> int | None:
        """The port, if it is not the usual one."""
        return urlsplit(self.origin).port

    @contextmanager
    def connected(self, scheme: str = "https") -> Iterator[socket.socket]:
        """A plain connection. Raises `NoAnswerError` for everything that fails on the connection."""
        port = self.port or DEFAULT_PORTS[scheme]
        try:
            found = self.dial(self.host, port)
        except (OSError, UnicodeError) as broken:
            is_unknown = isinstance(broken, socket.gaierror | UnicodeError)
            why = "DNS does not know the host" if is_unknown else f"Nothing answers on port {port}"
            raise NoAnswerError(
                f"{why} ({type(broken).__name__}). Check the address, the proxy and the firewall."
            ) from None
        with found, _in_time(found, self.patience) as late:
            try:
                yield found
            except (OSError, HTTPException, EOFError, ValueError) as broken:
                if not late.is_set() and not isinstance(broken, TimeoutError):
                    raise NoAnswerError(f"The connection broke ({type(broken).__name__}).") from broken
                late.set()
            if late.is_set():  # to the library, a connection that was cut off may look like a whole answer
                raise NoAnswerError(f"No whole answer came within {self.patience:g} seconds.")

    def secured(self, plain: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        """TLS on a plain connection. Raises `OSError`."""
        return context.wrap_socket(plain, server_hostname=self.host)

    def fetch(self, path: str, scheme: str = "https", **headers: str) -> Answer:
        """The answer to a GET. Follows no redirect. Raises `NoAnswerError`."""
        with self.connected(scheme) as plain:
            client = HTTPConnection(self.host)
            client.sock = self.secured(plain, unverified()) if scheme == "https" else plain
            with client.sock:
                client.request("GET", path, headers={"Host": self.name, **BROWSER, **headers, "Connection": "close"})
                response = client.getresponse()
                body = response.read(LONGEST_BODY).decode("utf-8", "replace")
                return Answer(response.status, response.headers, body)


@contextmanager
def _in_time(connection: socket.socket, patience: float) -> Iterator[threading.Event]:
    """Cut a connection off when its time is over. The timeout of a socket begins again with each byte."""
    late, other = threading.Event(), connection.dup()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(patience, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
        other.close()
