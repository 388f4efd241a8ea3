"""Long polling: what the application sees is a WebSocket, and a session belongs to one browser."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from starlette.types import Message, Receive, Scope, Send

from cers_app.values import addresses
from cers_app.web import polling
from cers_app.web.polling import MOST_PACKETS, Polling
from cers_app.web.traffic import TOO_MANY
from tests.support.asgi import Header, Inside, call
from tests.support.doubles import NOON, Gate

pytestmark = pytest.mark.usefixtures("serve")
OURS = "https://portal.example.com"
BROWSER: Header = (b"cookie", b"cers_browser=bbb")
SAME_ORIGIN: Header = (b"sec-fetch-site", b"same-origin")
OWN = (BROWSER, SAME_ORIGIN)
SLOW, LATE = b"a body that does not come", b"a body that comes when the browser says so"
HELLO = '0{"sid":"one"}'


@dataclass
class Talking:
    """An application that opens a connection, repeats what it hears, and remembers how each one was left."""

    code: int = 0
    fault: Exception | None = None
    is_deaf: bool = False
    scopes: list[Scope] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    is_left: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        assert (await receive())["type"] == "websocket.connect"
        if self.code:
            await send({"type": "websocket.close", "code": self.code})
            return
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": HELLO})
        while (message := await receive())["type"] == "websocket.receive":
            if self.fault:
                raise self.fault
            self.heard.append(message["text"])
            if self.is_deaf:
                await asyncio.Event().wait()
            await send({"type": "websocket.send", "text": f"you said {message['text']}"})
        self.left.append(message["code"])
        self.is_left.set()


@dataclass
class Browser:
    """Sends polls to an application behind the middleware."""

    inside: Talking
    headers: tuple[Header, ...] = OWN
    traffic: Gate = field(default_factory=Gate)
    late: asyncio.Event = field(default_factory=asyncio.Event)
    polling: Polling = field(init=False)

    def __post_init__(self) -> None:
        self.polling = Polling(self.inside, [OURS], self.traffic)

    async def ask(
        self, query: str = "", body: bytes | None = None, *, method: str = "", headers: tuple[Header, ...] = ()
    ) -> tuple[int, str]:
        """The answer to a poll, or to a post when there is a body."""
        return await self.hold(query, body, method=method, headers=headers)[0]

    def hold(
        self, query: str = "", body: bytes | None = None, *, method: str = "", headers: tuple[Header, ...] = ()
    ) -> tuple[Awaitable[tuple[int, str]], Callable[[], None]]:
        """A request on its way, and a way to break it off."""
        sent, gone = list[Message](), asyncio.Event()
        asked = [] if body == SLOW else [{"type": "http.request", "body": body or b""}]

        async def receive() -> Message:
            if body == LATE:
                await self.late.wait()
            if asked:
                return asked.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        async def asking() -> tuple[int, str]:
            await self.polling(scope, receive, send)
            return sent[0]["status"], sent[1]["body"].decode()

        scope: Scope = {
            "type": "http",
            "method": method or ("GET" if body is None else "POST"),
            "path": "/_event/",
            "headers": list(headers or self.headers),
            "query_string": f"EIO=4&transport=polling{query}".encode(),
            "client": ("2001:db8::7", 4711),
        }
        return asyncio.ensure_future(asking()), gone.set


def told(story: Callable[[Browser], Awaitable[None]], inside: Talking | None = None) -> Talking:
    """Let a browser do something; the application it did it to."""
    browser = Browser(inside or Talking())

    async def telling() -> None:
        await story(browser)

    asyncio.run(telling())
    return browser.inside


def test_a_page_that_polls_is_a_websocket_to_the_application() -> None:
    async def story(browser: Browser) -> None:
        assert await browser.ask() == (200, HELLO)
        waiting, _ = browser.hold("&sid=one")
        assert await browser.ask("&sid=one", b"a\x1eb") == (200, "ok")
        said = (await waiting)[1].split("\x1e")
        while len(said) < 2:
            said += (await browser.ask("&sid=one"))[1].split("\x1e")
        assert said == ["you said a", "you said b"]

    inside = told(story)
    (scope,) = inside.scopes
    assert (scope["type"], scope["query_string"]) == ("websocket", b"EIO=4&transport=websocket")
    assert dict(scope["headers"]) == dict(OWN) | {b"upgrade": b"websocket", b"connection": b"upgrade"}
    assert inside.heard == ["a", "b"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([SAME_ORIGIN], 200),
        ([SAME_ORIGIN, (b"origin", OURS.encode())], 200),
        ([(b"origin", OURS.encode())], 200),
        ([(b"referer", f"{OURS}/sign-in/".encode())], 200),
        ([], 403),
        ([(b"sec-fetch-site", b"same-site")], 403),
        ([(b"sec-fetch-site", b"cross-site")], 403),
        ([(b"sec-fetch-site", b"none")], 403),
        ([(b"sec-fetch-site", b"same-site"), (b"referer", f"{OURS}/".encode())], 403),
        ([(b"sec-fetch-site", b"cross-site"), (b"origin", OURS.encode())], 403),
        ([SAME_ORIGIN, (b"origin", b"https://evil.example")], 403),
        ([SAME_ORIGIN, (b"origin", b"null")], 403),
        ([(b"origin", b"https://evil.example"), (b"referer", f"{OURS}/".encode())], 403),
        ([(b"origin", b"")], 403),
        ([(b"referer", f"{OURS}.evil.example/".encode())], 403),
        ([(b"referer", f"{OURS}@evil.example/".encode())], 403),
        ([(b"referer", f"https://evil.example/?{OURS}/".encode())], 403),
    ],
)
def test_only_our_own_pages_poll(headers: list[Header], status: int) -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.ask(headers=(BROWSER, *headers)))[0] == status
        assert (await browser.ask())[0] == 200, "control"
        for body in (b"words", None):
            polled = await browser.ask("&sid=one", body, headers=(BROWSER, *headers))
            assert (polled[0] == 403) == (status == 403)

    assert len(told(story).scopes) == 1 + (status == 200)


def test_a_browser_without_its_cookie_does_not_poll() -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.ask(headers=(SAME_ORIGIN,)))[0] == 403
        assert (await browser.ask(headers=(SAME_ORIGIN, (b"cookie", b"cers_session=sss"))))[0] == 403
        assert (await browser.ask())[0] == 200

    assert len(told(story).scopes) == 1


def test_a_script_tag_gets_nothing() -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.ask("&j=0"))[0] == 403
        assert (await browser.ask())[0] == 200
        assert (await browser.ask("&sid=one&j=0", b"words"))[0] == 403

    assert told(story).heard == []


def test_a_session_is_worth_nothing_to_another_browser() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        for cookie in (b"cers_browser=other", b"cers_browser=bbbb", b"cers_browser=other; cers_session=sss"):
            thief = ((b"cookie", cookie), SAME_ORIGIN)
            assert (await browser.ask("&sid=one", headers=thief))[0] == 400
            assert (await browser.ask("&sid=one", b"words", headers=thief))[0] == 400
            assert (await browser.ask("&sid=one", b"1", headers=thief))[0] == 400
        assert await browser.ask("&sid=one", b"own words") == (200, "ok")
        assert await browser.ask("&sid=one") == (200, "you said own words")

    assert told(story).heard == ["own words"]


@pytest.mark.parametrize(
    ("query", "method"),
    [("&sid=two", "GET"), ("&sid=", "POST"), ("", "POST"), ("", "OPTIONS"), ("&transport=websocket", "GET")],
)
def test_what_belongs_to_no_session_gets_nothing(query: str, method: str) -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        assert (await browser.ask(query, method=method))[0] == 400
        assert (await browser.ask("&sid=one", method="PUT"))[0] == 400
        assert (await browser.ask("&sid=one", b"words"))[0] == 200

    assert len(told(story).scopes) == 1


def test_a_page_that_says_goodbye_is_gone() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        waiting, _ = browser.hold("&sid=one")
        await browser.ask("&sid=one", b"1")
        assert await waiting == (200, "1")
        assert (await browser.ask("&sid=one"))[0] == 400

    assert told(story).left == [1000]


def test_a_page_whose_poll_breaks_off_is_gone_and_one_that_is_answered_is_not() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        await browser.ask("&sid=one", b"words")
        assert await browser.ask("&sid=one") == (200, "you said words")
        waiting, leave = browser.hold("&sid=one")
        await asyncio.sleep(0)
        assert browser.inside.left == []
        leave()
        await waiting
        await asyncio.sleep(0)
        assert (await browser.ask("&sid=one"))[0] == 400

    assert told(story).left == [1000]


@pytest.mark.parametrize("body", [None, SLOW])
def test_a_session_that_is_asked_twice_at_once_ends(body: bytes | None) -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        browser.hold("&sid=one", body)
        await asyncio.sleep(0)
        assert browser.inside.left == []
        assert (await browser.ask("&sid=one", body))[0] == 400
        await asyncio.sleep(0)
        assert (await browser.ask("&sid=one"))[0] == 400

    assert told(story).left == [1000]


def test_a_message_that_is_too_long_is_not_passed_on_and_is_the_last() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        assert (await browser.ask("&sid=one", b"x" * 65_536))[0] == 200
        assert (await browser.ask("&sid=one", b"x" * 65_537))[0] == 413
        assert (await browser.ask("&sid=one", b"words"))[0] == 400

    assert [len(text) for text in told(story).heard] == [65_536]


def test_a_long_query_is_refused_before_it_is_read() -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.ask("&a" * 250))[0] == 403
        assert (await browser.ask("&a" * 200))[0] == 200

    assert len(told(story).scopes) == 1


def test_polls_that_belong_to_no_session_are_counted_and_no_others() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        await browser.ask("&sid=one", b"words")
        await browser.ask("&sid=one")
        await browser.ask("&sid=two", headers=(BROWSER, (b"sec-fetch-site", b"cross-site")))
        assert browser.traffic.taken == []

        await browser.ask("&sid=two")
        await browser.ask(headers=(SAME_ORIGIN,))
        assert browser.traffic.taken == ["2001:db8::/64"] * 2
        browser.traffic.retry_at = NOON
        assert (await browser.ask("&sid=two"))[0] == 429
        assert (await browser.ask("&sid=one", b"words"))[0] == 200

    told(story)


def test_a_page_that_no_longer_polls_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(polling, "POLL_SECONDS", 0.01)

    async def story(browser: Browser) -> None:
        await browser.ask()
        for _ in range(30):
            assert await browser.ask("&sid=one") == (200, "6")
        assert browser.inside.left == []
        await asyncio.wait_for(browser.inside.is_left.wait(), 60)
        assert (await browser.ask("&sid=one"))[0] == 400

    assert told(story).left == [1000]


def test_a_page_that_fetches_no_answers_is_gone_and_one_that_does_may_ask_on() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        for _ in range(2 * MOST_PACKETS):
            await browser.ask("&sid=one", b"words")
            assert (await browser.ask("&sid=one"))[0] == 200
        assert browser.inside.left == []
        for _ in range(MOST_PACKETS + 1):
            await browser.ask("&sid=one", b"words")
            await asyncio.sleep(0)
        assert browser.inside.left == [1000]

    told(story)


def test_a_post_of_too_many_packets_is_not_passed_on_and_is_the_last() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        assert (await browser.ask("&sid=one", b"x\x1e" * (MOST_PACKETS - 1)))[0] == 200
        assert (await browser.ask("&sid=one", b"x\x1e" * MOST_PACKETS))[0] == 413
        assert (await browser.ask("&sid=one", b"words"))[0] == 400

    assert len(told(story).heard) == MOST_PACKETS


def test_a_post_that_is_complete_after_the_end_of_its_session_is_refused() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        late, _ = browser.hold("&sid=one", LATE)
        await asyncio.sleep(0)
        assert (await browser.ask("&sid=one", b"the second post ends the session"))[0] == 400
        await browser.inside.is_left.wait()
        await asyncio.sleep(0.01)
        browser.late.set()
        assert (await asyncio.wait_for(late, 5))[0] == 400

    assert told(story).heard == []


def test_a_page_leaves_no_more_than_one_post_in_memory() -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        await browser.ask("&sid=one", b"words")
        waiting, _ = browser.hold("&sid=one", b"a\x1eb")
        await asyncio.sleep(0)
        assert (await browser.ask("&sid=one", b"c"))[0] == 400, "the second post ends the session"
        assert (await waiting)[0] == 200
        assert (await browser.ask("&sid=one", b"d"))[0] == 400

    talking = told(story, Talking(is_deaf=True))
    assert talking.heard == ["words"]


@pytest.mark.parametrize(("code", "status"), [(TOO_MANY.code, 429), (1008, 403)])
def test_what_the_application_refuses_is_refused(code: int, status: int) -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.ask())[0] == status

    assert len(told(story, Talking(code)).scopes) == 1


def test_a_fault_ends_the_session_and_the_log_holds_no_value_of_it(caplog: pytest.LogCaptureFixture) -> None:
    async def story(browser: Browser) -> None:
        await browser.ask()
        waiting, _ = browser.hold("&sid=one")
        await browser.ask("&sid=one", b"secret words")
        assert await waiting == (200, "1")
        assert (await browser.ask("&sid=one"))[0] == 400

    with caplog.at_level(logging.DEBUG):
        told(story, Talking(fault=RuntimeError("secret words")))
    assert [record.getMessage() for record in caplog.records if record.name.startswith("cers_app")] == [
        "a polling page failed: RuntimeError"
    ]
    assert "secret words" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "path"),
    [("websocket", "/_event/"), ("http", "/_events"), ("http", addresses.SIGN_IN), ("lifespan", "/_event/")],
)
def test_everything_else_passes(kind: str, path: str) -> None:
    inside = Inside()
    call(Polling(inside, [OURS], Gate()), kind, path=path)
    assert [scope["type"] for scope in inside.scopes] == [kind]

    for own in ("/_event", "/_event/", "/_event/x"):
        assert call(Polling(inside, [OURS], Gate()), path=own)[0]["status"] == 403
    assert len(inside.scopes) == 1
