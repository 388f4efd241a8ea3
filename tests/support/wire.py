"""A bare client of the event socket, as an attacker would write one, and of the routes."""

import http.client
import json
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from cers_app.values import addresses
from tests.support.waiting import PATIENCE_SECONDS

NAMESPACE = "/_event"
STATE = "reflex___state____state"
HYDRATE = f"{STATE}.hydrate"
PING = "2"
HYDRATED = '"is_hydrated_rx_state_":false'
"""Stands in the answer to `HYDRATE` and in no other."""


def handler(module: str, state: str, name: str) -> str:
    """The full name by which a browser calls a handler."""
    return f"{STATE}.cers_app___{module}____{state}.{name}"


SIGN_IN = handler("sign_in___pages", "sign_in_state", "submit")
RESET_LOAD = handler("reset_password___states", "reset_request_state", "load")
RESET_SUBMIT = handler("reset_password___states", "reset_request_state", "submit")
RESET_REFRESH = handler("reset_password___states", "reset_request_state", "refresh")
RESET_RECOGNIZE = handler("reset_password___states", "reset_request_state", "recognize")
RECOVER_LOAD = handler("recover_username___pages", "username_state", "load")
RECOVER_SUBMIT = handler("recover_username___pages", "username_state", "submit")
NEW_LOAD = handler("reset_password___states", "new_password_state", "load")
NEW_SUBMIT = handler("reset_password___states", "new_password_state", "submit")
ACCOUNT_LOAD = handler("your_account___states", "account_state", "load")


@dataclass
class Jar:
    """The cookies of one browser."""

    values: dict[str, str] = field(default_factory=dict)

    @property
    def header(self) -> str:
        """As a browser sends them."""
        return "; ".join(f"{name}={value}" for name, value in self.values.items())

    def keep(self, response: http.client.HTTPResponse) -> None:
        """Take what an answer sets; an empty value clears."""
        for line in response.headers.get_all("set-cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            if value.strip('"'):
                self.values[name] = value
            else:
                self.values.pop(name, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a route."""

    status: int
    headers: http.client.HTTPMessage
    body: str

    @property
    def location(self) -> str:
        """Where it leads."""
        return self.headers.get("location", "")


def request(
    url: str,
    method: str = "GET",
    path: str = "/",
    jar: Jar | None = None,
    headers: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
) -> Answer:
    """One HTTP request; redirects are not followed."""
    host = urlsplit(url).netloc
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port or 80, timeout=PATIENCE_SECONDS)
    sent = {"host": host, **(headers or {})}
    if jar and jar.values:
        sent["cookie"] = jar.header
    body = urlencode(form) if form is not None else None
    if body is not None:
        sent.setdefault("content-type", "application/x-www-form-urlencoded")
    with closing(connection):
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
    if jar is not None:
        jar.keep(response)
    return Answer(response.status, response.headers, text)


def browse(url: str, path: str = addresses.SIGN_IN) -> Jar:
    """The cookies a browser has after its first page."""
    jar = Jar()
    request(url, path=path, jar=jar)
    return jar


class Socket:
    """One connection to the event socket."""

    def __init__(
        self, url: str, token: str, jar: Jar | None = None, origin: str | None = "", forwarded: str = ""
    ) -> None:
        """`origin` is the portal's own by default; `None` sends none."""
        self.received: list[str] = []
        self._path = addresses.SIGN_IN
        headers = {"cookie": jar.header} if jar and jar.values else {}
        headers |= {"x-forwarded-for": forwarded} if forwarded else {}
        where = f"{url.replace('http', 'ws', 1)}{NAMESPACE}/?token={quote(token, safe='')}&EIO=4&transport=websocket"
        own = None if origin is None else Origin(origin or url)
        connecting = connect(
            where, origin=own, additional_headers=headers, open_timeout=PATIENCE_SECONDS, max_size=None
        )
        with ExitStack() as stack:
            self._connection: ClientConnection = stack.enter_context(connecting)
            self._expect("0")
            self._connection.send(f"40{NAMESPACE},")
            self._expect(f"40{NAMESPACE}")
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Go away."""
        self._stack.close()

    def send(self, name: str, path: str = addresses.SIGN_IN, **payload: Any) -> None:
        """Call a handler."""
        self._path = path
        event = {"name": name, "payload": payload, "router_data": {"pathname": path.partition("#")[0], "asPath": path}}
        self.send_raw(f"42{NAMESPACE},{json.dumps(['event', event])}")

    def send_raw(self, message: str | bytes) -> None:
        """Send a message as it is."""
        self._connection.send(message)

    def call(self, name: str, path: str = addresses.SIGN_IN, **payload: Any) -> dict[str, Any]:
        """Call a handler; the vars its next update changes, and under `events` what the browser is told to do."""
        self.send(name, path, **payload)
        return self.changes()

    def changes(self) -> dict[str, Any]:
        """The vars that the next update changes, by name and by state and name."""
        update = self.update()
        changed: dict[str, Any] = {}
        for path, substate in (update.get("delta") or {}).items():
            state = path.rpartition("____")[2]
            for name, value in substate.items():
                plain = name.removesuffix("_rx_state_")
                changed |= {plain: value, f"{state}.{plain}": value}
        if update.get("events"):
            changed["events"] = update["events"]
        return changed

    def settle(self, path: str = "") -> list[str]:
        """Every message that answers what was sent so far; a connection that closes has answered.

        A tab's events run in turn, and events that an answer asks for line up behind them. So the second of two
        hydrations is answered last. Both are of the last event's page, or of the one at `path`; their answers are left
        out. Raises `TimeoutError` when none comes.
        """
        before = len(self.received)
        with suppress(ConnectionClosed):
            for _ in range(2):
                self.send(HYDRATE, path or self._path)
                while HYDRATED not in self._receive():
                    continue
        return [text for text in self.received[before:] if HYDRATED not in text]

    def update(self) -> dict[str, Any]:
        """The next state update; raises `TimeoutError` when none comes."""
        while True:
            text = self._receive()
            if text.startswith(f"42{NAMESPACE},"):
                name, payload = json.loads(text.partition(",")[2])
                if name == "event":
                    found: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
                    return found

    def _receive(self) -> str:
        limit = time.monotonic() + PATIENCE_SECONDS
        while True:
            text = self._packet(max(0, limit - time.monotonic()))
            self.received.append(text)
            if text != PING:
                return text
            self.send_raw("3")

    def _packet(self, seconds: float) -> str:
        message = self._connection.recv(seconds)
        return message if isinstance(message, str) else message.decode()

    def _expect(self, start: str) -> None:
        text = self._receive()
        if not text.startswith(start):
            msg = f"expected {start}, got {text[:200]}"
            raise WebSocketException(msg)
