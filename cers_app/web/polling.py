"""Long polling, for pages whose network lets no WebSocket through. Everything inside sees a WebSocket.

The framework's client speaks it by itself (Engine.IO protocol 4): a GET waits for what the server says next, and a POST
brings what the page says. A session of such requests becomes one WebSocket of the application. So it gets the same
digests for cookies, is counted and bounded in the same way, and ends with the same timeout.
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
from cers_app.web import native_forms
from cers_app.web.cookies import BROWSER, digests
from cers_app.web.refusal import Refusal
from cers_app.web.traffic import TOO_MANY

log = logging.getLogger(__name__)

SEPARATOR, OPEN, CLOSE, NOTHING = "\x1e", "0", "1", "6"
"""What stands between two packets, how the first packet begins, the last one, and one that says nothing."""
POLL_SECONDS = 5
"""How long a poll waits at most. A server that stops waits for it."""
REFUSED = Refusal(403, "Only the portal's own pages can connect, in a browser that keeps its cookies.")
ENDED = Refusal(400, "This connection has ended.")
TOO_LONG = Refusal(413, "This message is too long, or too slow.")


class Session:
    """The connection of one page; to the application it is a WebSocket."""

    def __init__(self, browser: str) -> None:
        """`browser` is the digest of the cookie without which the session is worth nothing."""
        self.browser, self.code = browser, 0
        self.busy: set[str] = set()
        self._heard, self._said = asyncio.Queue[Message](), asyncio.Queue[str]()
        self._heard.put_nowait({"type": "websocket.connect"})

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Be a WebSocket until one of the two ends it."""
        try:
            await app(scope, self._heard.get, self._say)
        except Exception as broken:  # noqa: BLE001 - whatever it is, the log gets its kind without its values
            log.error("a polling page failed: %s", type(broken).__name__)  # noqa: TRY400
        finally:
            self._said.put_nowait(CLOSE)

    async def _say(self, message: Message) -> None:
        self.code = message.get("code", 0)
        if message["type"] == "websocket.send":
            self._said.put_nowait(message["text"])

    def hear(self, packet: str) -> None:
        """Pass on a packet of the page."""
        leaves = {"type": "websocket.disconnect", "code": 1000}
        self._heard.put_nowait(leaves if packet == CLOSE else {"type": "websocket.receive", "text": packet})

    async def said(self) -> str:
        """What the server has said since the last time; waits for the first packet."""
        packets = [await self._said.get()]
        while not self._said.empty():
            packets.append(self._said.get_nowait())
        return SEPARATOR.join(packets)


class Polling:
    """ASGI middleware outside everything that knows sockets."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        """`origins` are those of the portal's own pages."""
        self._app, self._origins = app, origins
        self._sessions: dict[str, Session] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a poll, or pass on."""
        is_poll = scope["type"] == "http" and f"{scope['path']}/".startswith("/_event/")
        answer = await self._answer(Request(scope, receive)) if is_poll else self._app
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        browser = digests(request.scope)[BROWSER]
        if not browser or not self._is_ours(request.headers) or "j" in request.query_params:
            return REFUSED
        sid = request.query_params.get("sid", "")
        if not sid and request.method == "GET":
            return await self._opened(request.scope, browser)
        session = self._sessions.get(sid)
        if session is None or session.browser != browser or request.method not in {"GET", "POST"}:
            return ENDED
        return await _exchanged(session, request)

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
        # The framework's client never does this. Waiting in one session many times would hold everybody's connections.
        session.hear(CLOSE)
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
    if body is None:
        return TOO_LONG
    for packet in body.decode("utf-8", "replace").split(SEPARATOR):
        session.hear(packet)
    return PlainTextResponse("ok")
