"""Another application of the agency: it answers every request with a page, and remembers what it received."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = b"<!doctype html><html lang=en><title>Reports</title><link rel=icon href=data:,><h1>Reports</h1></html>"


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class Application:
    """A running application."""

    port: int
    received: list[Received] = field(default_factory=list)

    def at(self, path: str) -> list[Received]:
        """What arrived at a path with its query."""
        return [each for each in self.received if each.path == path]


@contextmanager
def running(certificate: Path | None = None) -> Iterator[Application]:
    """An application on a free port until the block ends, over TLS if there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            application.received.append(Received(self.command, self.path, self.headers, body))
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        do_GET = do_POST = answer  # noqa: N815 - the names that the server calls

        def log_message(self, *_: object) -> None:
            """Nothing: the tests look at what it received."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    application = Application(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield application
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
