"""A bare client of the event connection that polls, as an attacker would write one."""

import http.client
import json
import time
from contextlib import closing
from urllib.parse import quote, urlsplit

from cers_app.values import addresses
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.wire import NAMESPACE, Answer, Jar, Socket

OURS = {"sec-fetch-site": "same-origin"}
SEPARATOR, NOTHING, CLOSED = "\x1e", "6", "1"
OK = 200


class Refused(Exception):  # noqa: N818 - named as the fact it is
    """A poll was refused, with this status."""

    def __init__(self, status: int) -> None:
        """Which one."""
        super().__init__(status)
        self.status = status


def poll(
    url: str,
    jar: Jar | None,
    query: str = "",
    body: str | None = None,
    headers: dict[str, str] | None = None,
    method: str = "",
) -> Answer:
    """One poll, or one post when there is a body; from a page of ours unless `headers` say otherwise."""
    return answered(begin(url, jar, query, body, headers, method))


def begin(
    url: str,
    jar: Jar | None,
    query: str = "",
    body: str | None = None,
    headers: dict[str, str] | None = None,
    method: str = "",
) -> http.client.HTTPConnection:
    """The same, on its way."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port or 80, timeout=PATIENCE_SECONDS)
    sent = {"host": urlsplit(url).netloc, **(OURS if headers is None else headers)}
    if jar and jar.values:
        sent["cookie"] = jar.header
    where = f"{NAMESPACE}/?EIO=4&transport=polling{query}"
    encoded = None if body is None else body.encode()
    connection.request(method or ("GET" if body is None else "POST"), where, encoded, sent)
    return connection


def answered(connection: http.client.HTTPConnection) -> Answer:
    """The answer to what was begun."""
    with closing(connection):
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())


class Polled(Socket):
    """One session; calls handlers as a socket does. Raises `Refused`."""

    def __init__(self, url: str, token: str, jar: Jar | None = None, forwarded: str = "") -> None:
        """From a page of ours."""
        self.received: list[str] = []
        self._path = addresses.SIGN_IN
        self._url, self._jar, self._query = url, jar, f"&token={quote(token, safe='')}"
        self._headers = OURS | ({"x-forwarded-for": forwarded} if forwarded else {})
        self._waiting: list[str] = []
        opened = self._ask()
        self.sid = str(json.loads(opened[1:])["sid"])
        self._query += f"&sid={self.sid}"
        self.send_raw(f"40{NAMESPACE},")
        self._expect(f"40{NAMESPACE}")

    def close(self) -> None:
        """Go away."""
        poll(self._url, self._jar, self._query, "1", self._headers)

    def send_raw(self, message: str | bytes) -> None:
        """Send a message as it is."""
        self._ask(message if isinstance(message, str) else message.decode())

    def _ask(self, body: str | None = None) -> str:
        answer = poll(self._url, self._jar, self._query, body, self._headers)
        if answer.status != OK:
            raise Refused(answer.status)
        return answer.body

    def _packet(self, seconds: float) -> str:
        limit = time.monotonic() + seconds
        while not self._waiting and time.monotonic() < limit:
            # A session that the server has closed may say so in a last answer. The next one is refused.
            self._waiting = [packet for packet in self._ask().split(SEPARATOR) if packet not in {NOTHING, CLOSED}]
        if not self._waiting:
            raise TimeoutError
        return self._waiting.pop(0)
