"""The log names the usual mistakes of a proxy, and a visitor cannot fill it with them."""

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


UPSTREAM = (b"host", b"cers_portal")
MISTAKES = [
    pytest.param([UPSTREAM, ADDRESS, BROWSER], "/sign-in/", b"", "refuses requests for 'cers_portal'", id="host"),
    pytest.param([HOST, ADDRESS], "/_event/", SOCKET, "pages work only by long polling", id="upgrade"),
    pytest.param([HOST, BROWSER], "/sign-in/", b"", "share the address of the proxy", id="address"),
    pytest.param(RIGHT, "/portal/sign-in/", b"", "has no page '/portal/sign-in/'", id="path"),
]


@pytest.mark.parametrize(("headers", "path", "query", "words"), MISTAKES)
def test_an_operator_reads_of_a_mistake_once_an_hour_however_many_requests_come(
    app: ASGIApp,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    headers: list[Header],
    path: str,
    query: bytes,
    words: str,
) -> None:
    send(app, headers, path, query, times=IN_A_ROW - 1)
    assert caplog.messages == []

    send(app, headers, path, query, times=200)
    (line,) = caplog.messages
    assert line.startswith("The proxy in front probably ")
    assert words in line

    clock.advance(minutes=59)
    send(app, headers, path, query)
    assert len(caplog.messages) == 1
    clock.advance(minutes=2)
    send(app, headers, path, query)
    assert caplog.messages == [line, line]


@pytest.mark.parametrize(("headers", "path", "query", "words"), MISTAKES)
def test_a_visitor_who_fakes_a_mistake_is_not_believed_while_others_come_through(
    app: ASGIApp,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    headers: list[Header],
    path: str,
    query: bytes,
    words: str,
) -> None:
    send(app, RIGHT, times=1)
    call(app, "websocket", RIGHT, SOCKET, "/_event/")
    send(app, headers, path, query, times=200)
    clock.advance(minutes=9)
    send(app, headers, path, query, times=200)
    assert caplog.messages == []

    clock.advance(minutes=2)
    send(app, headers, path, query, times=1)
    assert [words in line for line in caplog.messages] == [True]


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
