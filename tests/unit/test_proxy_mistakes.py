"""The log names the usual mistakes of a proxy, and a visitor cannot fill it with them."""

from dataclasses import dataclass

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from cers_app.upkeep.health import HostCheck
from cers_app.web.proxy_mistakes import IN_A_ROW, ProxyMistakes
from tests.support.asgi import Header, call
from tests.support.doubles import Clock

HOST, ADDRESS = (b"host", b"portal.example.gov"), (b"x-forwarded-for", b"192.0.2.7")
BROWSER = (b"sec-fetch-site", b"none")
RIGHT = [HOST, ADDRESS, BROWSER]
PAGES = {"/sign-in/", "/healthz", "/_event/"}
SOCKET = b"EIO=4&transport=websocket"


async def portal(scope: Scope, _receive: Receive, send: Send) -> None:
    """Has two pages, and answers sockets."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200 if scope["path"] in PAGES else 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> ASGIApp:
    checked = HostCheck(portal, allowed_hosts=["portal.example.gov"], www_redirect=False)
    return ProxyMistakes(checked, ["portal.example.gov"], 1, clock)


def send(
    app: ASGIApp, headers: list[Header], path: str = "/sign-in/", query: bytes = b"", times: int = IN_A_ROW
) -> None:
    """Send a request several times."""
    for _ in range(times):
        call(app, "http", headers, query, path)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a proxy with a mistake lets through, and what the log says about the mistake."""

    words: str
    headers: list[Header]
    path: str = "/sign-in/"
    query: bytes = b""

    def arrive(self, app: ASGIApp, times: int = IN_A_ROW) -> None:
        """The same request several times."""
        send(app, self.headers, self.path, self.query, times)


UPSTREAM = (b"host", b"cers_portal")
MISTAKES = {
    "host": Mistake("refuses requests for 'cers_portal'", [UPSTREAM, ADDRESS, BROWSER]),
    "upgrade": Mistake("pages work only by long polling", [HOST, ADDRESS], "/_event/", SOCKET),
    "address": Mistake("share the address of the proxy", [HOST, BROWSER]),
    "path": Mistake("has no page '/portal/sign-in/'", RIGHT, "/portal/sign-in/"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_an_operator_reads_of_a_mistake_once_an_hour_however_many_requests_come(
    app: ASGIApp, clock: Clock, caplog: pytest.LogCaptureFixture, mistake: Mistake
) -> None:
    mistake.arrive(app, times=IN_A_ROW - 1)
    assert caplog.messages == []

    mistake.arrive(app, times=200)
    (line,) = caplog.messages
    assert line.startswith("The proxy in front probably ")
    assert mistake.words in line

    clock.advance(minutes=59)
    mistake.arrive(app)
    assert len(caplog.messages) == 1
    clock.advance(minutes=2)
    mistake.arrive(app)
    assert caplog.messages == [line, line]


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_visitor_who_fakes_a_mistake_is_not_believed_while_others_come_through(
    app: ASGIApp, clock: Clock, caplog: pytest.LogCaptureFixture, mistake: Mistake
) -> None:
    send(app, RIGHT, times=1)
    call(app, "websocket", RIGHT, SOCKET, "/_event/")
    mistake.arrive(app, times=200)
    clock.advance(minutes=9)
    mistake.arrive(app, times=200)
    assert caplog.messages == []

    clock.advance(minutes=2)
    mistake.arrive(app, times=1)
    assert [mistake.words in line for line in caplog.messages] == [True]


@pytest.mark.parametrize(
    ("headers", "path"),
    [([(b"host", b"10.0.0.5:3000")], "/healthz"), ([(b"host", b"10.0.0.5:3000"), BROWSER], "/healthz"), ([], "/")],
)
def test_a_probe_by_ip_address_warns_nobody(
    app: ASGIApp, caplog: pytest.LogCaptureFixture, headers: list[Header], path: str
) -> None:
    send(app, headers, path, times=20)

    assert caplog.messages == []
    send(app, [UPSTREAM, BROWSER], path="/")
    assert len(caplog.messages) == 1, "a browser"


def test_a_hostile_host_stays_on_one_short_line(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    send(app, [(b"host", b"a\x1b[2J\n\xe4" + b"x" * 5_000), BROWSER])

    (line,) = caplog.messages
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 400


def test_without_trusted_proxies_no_address_is_missed(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    send(ProxyMistakes(portal, ["portal.example.gov"], 0, clock), [HOST, BROWSER])
    assert caplog.messages == []

    send(ProxyMistakes(portal, ["portal.example.gov"], 1, clock), [HOST, BROWSER])
    assert len(caplog.messages) == 1
