"""What the handshake of a socket carries: which secrets stay outside, and what a token means."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from cers_app.values.digests import session_digest, sha256
from cers_app.web.socket_handshake import SocketHandshake
from tests.support.asgi import Header, Inside, call

pytestmark = pytest.mark.usefixtures("serve")
COOKIES: Header = (b"cookie", b"cers_browser=bbb; theme=dark; cers_session=sss; cers_reset=rrr")


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def handshake(inside: Inside) -> SocketHandshake:
    return SocketHandshake(inside, lives)


async def lives(digest: str) -> bool:
    """Any session but one lives."""
    return digest not in {"", session_digest("ended", sha256("bbb"))}


def token_inside(handshake: SocketHandshake, inside: Inside, *headers: Header, tab: str = "tab") -> str:
    call(handshake, "websocket", headers, f"token={tab}&transport=websocket".encode())
    query = parse_qs(inside.scopes[-1]["query_string"].decode())
    assert query["transport"] == ["websocket"]
    (found,) = query["token"]
    return str(found)


def digests_inside(inside: Inside) -> dict[str, str]:
    found = json.loads(dict(inside.scopes[-1]["headers"])[b"cookie"])
    return {kind: digest for kind, digest in found.items() if digest}


def test_a_socket_gets_digests_of_our_cookies_and_none_of_any_other(handshake: SocketHandshake, inside: Inside) -> None:
    call(handshake, "websocket", [COOKIES])

    expected = {"browser": sha256("bbb"), "session": session_digest("sss", sha256("bbb")), "reset": sha256("rrr")}
    assert digests_inside(inside) == expected


def test_a_cookie_that_looks_like_a_digest_inside_is_not_taken_for_one(
    handshake: SocketHandshake, inside: Inside
) -> None:
    call(handshake, "websocket", [(b"cookie", b"session=" + sha256("sss").encode() + b"; cers_browser=bbb")])
    assert digests_inside(inside) == {"browser": sha256("bbb")}

    call(handshake, "websocket", [(b"cookie", b"cers_session=" + sha256("sss").encode())])
    assert sha256("sss") not in digests_inside(inside).values()


def test_several_cookie_headers_are_read_as_one(handshake: SocketHandshake, inside: Inside) -> None:
    call(handshake, "websocket", [(b"cookie", b"cers_browser=bbb"), (b"cookie", b"cers_session=sss")])

    assert digests_inside(inside) == {"browser": sha256("bbb"), "session": session_digest("sss", sha256("bbb"))}


def test_a_socket_does_not_take_the_cookie_of_a_neighboring_site_for_ours(
    handshake: SocketHandshake, inside: Inside, serve: Callable[[str], None]
) -> None:
    serve("https://localhost:3000")
    tossed, own = b"\xa0__Host-cers_reset=tossed", b"__Host-cers_reset=own"
    call(handshake, "websocket", [(b"cookie", tossed)])
    assert digests_inside(inside) == {}

    for header in (own, own + b"; " + tossed):
        call(handshake, "websocket", [(b"cookie", header)])
        assert digests_inside(inside) == {"reset": sha256("own")}
    call(handshake, "websocket", [(b"cookie", own + b"; __Host-cers_reset=tossed")])
    assert digests_inside(inside) == {}, "neither of two"


def test_a_socket_keeps_only_the_headers_of_a_handshake(handshake: SocketHandshake, inside: Inside) -> None:
    kept = [(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"sec-websocket-key", b"k")]
    dropped = [(b"authorization", b"Bearer x"), (b"x-user", b"admin"), (b"x-forwarded-for", b"6.6.6.6")]
    call(handshake, "websocket", [*kept, *dropped])

    assert inside.scopes[-1]["headers"][:-1] == kept
    assert digests_inside(inside) == {}


def test_a_token_means_the_same_only_with_the_same_cookies(handshake: SocketHandshake, inside: Inside) -> None:
    own = token_inside(handshake, inside, COOKIES)

    assert token_inside(handshake, inside, COOKIES) == own
    others = [
        token_inside(handshake, inside, (b"cookie", b"cers_browser=other; cers_session=sss")),
        token_inside(handshake, inside, (b"cookie", b"cers_browser=bbb; cers_session=other")),
        token_inside(handshake, inside, (b"cookie", b"cers_browser=bbb")),
        token_inside(handshake, inside, COOKIES, tab="another"),
        token_inside(handshake, inside),
    ]
    assert own not in others
    assert len(set(others)) == 5
    assert "tab" not in others


def test_a_browser_without_cookies_gets_another_token_at_each_connection(
    handshake: SocketHandshake, inside: Inside
) -> None:
    without = [token_inside(handshake, inside) for _ in range(3)]
    signed_in = [token_inside(handshake, inside, (b"cookie", b"cers_session=sss")) for _ in range(3)]

    assert len({*without, *signed_in}) == 6
    assert {len(token) for token in without} == {64}


def test_a_token_cannot_be_given_twice_or_from_inside(handshake: SocketHandshake, inside: Inside) -> None:
    own = token_inside(handshake, inside, COOKIES)

    assert token_inside(handshake, inside, COOKIES, tab=own) != own
    assert token_inside(handshake, inside, COOKIES, tab="tab&token=victim") == own


def test_a_socket_without_a_token_is_given_none(handshake: SocketHandshake, inside: Inside) -> None:
    call(handshake, "websocket", [COOKIES], b"EIO=3&sid=another&transport=polling&x=y")

    assert inside.scopes[-1]["query_string"] == b"EIO=4&transport=websocket"


def test_a_tab_whose_session_has_ended_begins_with_an_empty_state(handshake: SocketHandshake, inside: Inside) -> None:
    living = [(b"cookie", b"cers_browser=bbb; cers_session=living")]
    ended = [(b"cookie", b"cers_browser=bbb; cers_session=ended")]
    nobody = [(b"cookie", b"cers_browser=bbb")]

    assert token_inside(handshake, inside, *ended) == token_inside(handshake, inside, *nobody)
    assert sha256("ended") not in digests_inside(inside).values()
    assert token_inside(handshake, inside, *living) != token_inside(handshake, inside, *nobody)


def test_what_is_no_socket_passes_untouched(handshake: SocketHandshake, inside: Inside) -> None:
    call(handshake, headers=[COOKIES], query=b"token=tab")
    assert call(handshake, "lifespan") == []

    assert [scope["headers"] for scope in inside.scopes] == [[COOKIES], []]
    assert inside.scopes[0]["query_string"] == b"token=tab"
