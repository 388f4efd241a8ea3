"""Long polling for pages whose network blocks WebSockets. Everything inside sees a WebSocket.

The framework's client polls by itself (Engine.IO protocol 4). A GET waits for the server's next packets, and a POST
brings the page's packets. `Polling` turns a session of such requests into one WebSocket. So the session gets the same
digests for cookies, the same counts and limits, and the same timeout.
"""

import asyncio
import json
import logging
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values.forms import LONGEST_MESSAGE
from cers_app.values.limits import Traffic
from cers_app.web import native_forms
from cers_app.web.cookies import BROWSER, digests
from cers_app.web.refusal import Refusal
from cers_app.web.traffic import LONGEST_QUERY, TOO_MANY
from cers_app.web.visit import network

log = logging.getLogger(__name__)

SEPARATOR, OPEN, CLOSE, NOTHING = "\x1e", "0", "1", "6"
"""The text between two packets, the start of the first packet, the last packet, and an empty packet."""
POLL_SECONDS = 5
"""The longest wait of a poll. A server that stops waits for its polls."""
IDLE_SECONDS = 30
"""A page that has not polled for this long is gone."""
MOST_PACKETS = 100
"""The most packets that wait for a page's next poll, and the most that one post brings. A page has a few."""
REFUSED = Refusal(403, "Only the portal's own pages can connect, and only in a browser that accepts cookies.")
ENDED = Refusal(400, "This connection has ended.")
TOO_LONG = Refusal(413, "This message is too long or too slow.")


class Session:
    """The connection of one page. The application sees a WebSocket."""

    def __init__(self, browser: str) -> None:
        """`browser` is the digest of the browser cookie. The session is worthless without that cookie."""
        self.browser, self.code, self.is_over = browser, 0, False
        self.busy: set[str] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._heard, self._said = asyncio.Queue[Message](), asyncio.Queue[str]()
        self._heard.put_nowait({"type": "websocket.connect"})

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Act as a WebSocket until the page or the application ends it."""
        try:
            await app(scope, self._take, self._say)
        except Exception as broken:  # noqa: BLE001 - the log gets the kind of any fault without its values
            log.error("a polling page failed: %s", type(broken).__name__)  # noqa: TRY400
        finally:
            self.is_over = True
            self._drop()
            if self._idle:
                self._idle.cancel()
            self._said.put_nowait(CLOSE)

    async def _take(self) -> Message:
        message = await self._heard.get()
        self._heard.task_done()
        return message

    def _drop(self) -> None:
        while not self._heard.empty():
            self._heard.get_nowait()
            self._heard.task_done()

    async def _say(self, message: Message) -> None:
        self.code = message.get("code", 0)
        if self._said.qsize() >= MOST_PACKETS:
            self.end()
        elif message["type"] == "websocket.send":
            self._said.put_nowait(message["text"])

    def hear(self, packet: str) -> None:
        """Hand a packet of the page to the application."""
        leaves = {"type": "websocket.disconnect", "code": 1000}
        self._heard.put_nowait(leaves if packet == CLOSE else {"type": "websocket.receive", "text": packet})

    def end(self) -> None:
        """End the session of a page that breaks a rule or is gone. Nothing that still waits is handled."""
        if self.is_over:
            return
        self.is_over = True
        self._drop()
        self.hear(CLOSE)

    async def taken(self) -> None:
        """Wait until the application has taken all packets. So a page leaves no more than one post in memory."""
        await self._heard.join()

    async def said(self) -> str:
        """The application's packets since the last call. Waits for the first packet."""
        if self._idle:
            self._idle.cancel()
        try:
            packets = [await self._said.get()]
        finally:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.end)
        while not self._said.empty():
            packets.append(self._said.get_nowait())
        return SEPARATOR.join(packets)


class Polling:
    """ASGI middleware inside `ClientAddress` and outside everything that knows sockets."""

    def __init__(self, app: ASGIApp, origins: Sequence[str], traffic: Traffic) -> None:
        """`origins` are the origins of the portal's own pages. `traffic` counts polls that belong to no session."""
        self._app, self._origins, self._traffic = app, origins, traffic
        self._sessions: dict[str, Session] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a poll. Other requests go to the application."""
        is_poll = scope["type"] == "http" and f"{scope['path']}/".startswith("/_event/")
        answer = await self._answer(Request(scope, receive)) if is_poll else self._app
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        # Cheap checks first: nothing counts the requests that another site makes a visitor's browser send.
        if len(request.scope["query_string"]) > LONGEST_QUERY["websocket"] or not self._is_ours(request.headers):
            return REFUSED
        browser, query = digests(request.scope)[BROWSER], request.query_params
        if not browser or "j" in query:
            return self._counted(request, REFUSED)
        is_first = "sid" not in query and request.method == "GET"
        if is_first and query.get("transport") == "polling":  # a socket that lost its `Upgrade` on the way is no poll
            return await self._opened(request.scope, browser)
        session = self._sessions.get(query.get("sid", ""))
        if session is None or session.is_over or session.browser != browser or request.method not in {"GET", "POST"}:
            return self._counted(request, ENDED)
        return await _exchanged(session, request)

    def _counted(self, request: Request, refusal: Refusal) -> Refusal:
        """Count a poll that belongs to no session. The limits on sockets count all other polls."""
        return refusal if self._traffic.take(network(request.scope["client"][0])) is None else TOO_MANY

    def _is_ours(self, headers: Headers) -> bool:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin not in self._origins:
            return False
        if site is not None:
            return site == "same-origin"
        return origin is not None or headers.get("referer", "").startswith(tuple(f"{own}/" for own in self._origins))

    async def _opened(self, scope: Scope, browser: str) -> ASGIApp:
        session = Session(browser)
        running = asyncio.create_task(session.run(self._app, self._as_websocket(scope)))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        first = await session.said()
        if not first.startswith(OPEN):
            return TOO_MANY if session.code == TOO_MANY.code else REFUSED
        sid = json.loads(first.removeprefix(OPEN))["sid"]
        self._sessions[sid] = session
        running.add_done_callback(lambda _: self._sessions.pop(sid))
        return PlainTextResponse(first)

    @staticmethod
    def _as_websocket(scope: Scope) -> Scope:
        upgrade = {b"upgrade": b"websocket", b"connection": b"upgrade"}
        kept = [(name, value) for name, value in scope["headers"] if name not in upgrade]
        query = scope["query_string"].replace(b"transport=polling", b"transport=websocket")
        return {**scope, "type": "websocket", "headers": [*kept, *upgrade.items()], "query_string": query}


async def _exchanged(session: Session, request: Request) -> ASGIApp:
    if request.method in session.busy:
        # The framework's client never does this. Many waiting polls of one session would use up all connections.
        session.end()
        return ENDED
    session.busy.add(request.method)
    try:
        return await (_polled if request.method == "GET" else _posted)(session, request)
    finally:
        session.busy.discard(request.method)


async def _polled(session: Session, request: Request) -> ASGIApp:
    said, gone = asyncio.ensure_future(session.said()), asyncio.ensure_future(_gone(request))
    await asyncio.wait({said, gone}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    packets = said.result() if said.done() else NOTHING
    if gone.done() and not said.done():
        session.hear(CLOSE)
    for waiting in (said, gone):
        waiting.cancel()
    return PlainTextResponse(packets)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def _posted(session: Session, request: Request) -> ASGIApp:
    body = await native_forms.read_body(request, LONGEST_MESSAGE)
    if session.is_over:
        return ENDED  # nobody would take the packets
    packets = body.decode("utf-8", "replace").split(SEPARATOR, MOST_PACKETS) if body is not None else []
    if not 0 < len(packets) <= MOST_PACKETS:
        session.end()
        return TOO_LONG
    for packet in packets:
        session.hear(packet)
    await session.taken()
    return PlainTextResponse("ok")
