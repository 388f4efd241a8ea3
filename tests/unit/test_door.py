"""What of a request gets through the door, and which secrets stay outside."""

from urllib.parse import parse_qs

import pytest

from cers_app.values.digests import sha256
from cers_app.web.cookies import Cookies
from cers_app.web.door import Door
from tests.support.asgi import Header, Inside, call, headers_of

COOKIES: Header = (b"cookie", b"cers_browser=bbb; theme=dark; cers_session=sss; cers_reset=rrr")
HTTP = Cookies(is_https=False)


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def door(inside: Inside) -> Door:
    return Door(inside, HTTP, 0)


def token_inside(door: Door, inside: Inside, *headers: Header, tab: str = "tab") -> str:
    call(door, "websocket", headers, f"token={tab}&transport=websocket".encode())
    query = parse_qs(inside.scopes[-1]["query_string"].decode())
    assert query["transport"] == ["websocket"]
    (found,) = query["token"]
    return str(found)


def cookie_inside(inside: Inside) -> bytes:
    return bytes(dict(inside.scopes[-1]["headers"]).get(b"cookie", b""))


def test_a_socket_gets_digests_of_our_cookies_and_none_of_any_other(door: Door, inside: Inside) -> None:
    call(door, "websocket", [COOKIES])

    expected = f"browser={sha256('bbb')}; session={sha256('sss')}; reset={sha256('rrr')}"
    assert cookie_inside(inside) == expected.encode()


def test_a_cookie_that_looks_like_a_digest_inside_is_not_taken_for_one(door: Door, inside: Inside) -> None:
    call(door, "websocket", [(b"cookie", b"session=" + sha256("sss").encode() + b"; cers_browser=bbb")])
    assert cookie_inside(inside) == f"browser={sha256('bbb')}".encode()

    call(door, "websocket", [(b"cookie", b"cers_session=" + sha256("sss").encode())])
    assert sha256("sss").encode() not in cookie_inside(inside)


def test_several_cookie_headers_are_read_as_one(door: Door, inside: Inside) -> None:
    call(door, "websocket", [(b"cookie", b"cers_browser=bbb"), (b"cookie", b"cers_session=sss")])

    assert cookie_inside(inside) == f"browser={sha256('bbb')}; session={sha256('sss')}".encode()


def test_a_socket_does_not_take_the_cookie_of_a_neighboring_site_for_a_session(inside: Inside) -> None:
    door = Door(inside, Cookies(is_https=True), 0)
    tossed, own = b"\xa0__Host-cers_session=tossed", b"__Host-cers_session=own"
    call(door, "websocket", [(b"cookie", tossed)])
    assert cookie_inside(inside) == b""

    for header in (own, own + b"; " + tossed):
        call(door, "websocket", [(b"cookie", header)])
        assert cookie_inside(inside) == f"session={sha256('own')}".encode()
    call(door, "websocket", [(b"cookie", own + b"; __Host-cers_session=tossed")])
    assert cookie_inside(inside) == b"", "neither of two"


def test_a_socket_keeps_only_the_headers_of_a_handshake(door: Door, inside: Inside) -> None:
    kept = [(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"sec-websocket-key", b"k")]
    dropped = [(b"authorization", b"Bearer x"), (b"x-user", b"admin"), (b"x-forwarded-for", b"6.6.6.6")]
    call(door, "websocket", [*kept, *dropped])

    assert inside.scopes[-1]["headers"] == kept


def test_a_token_means_the_same_only_with_the_same_cookies(door: Door, inside: Inside) -> None:
    own = token_inside(door, inside, COOKIES)

    assert token_inside(door, inside, COOKIES) == own
    others = [
        token_inside(door, inside, (b"cookie", b"cers_browser=other; cers_session=sss")),
        token_inside(door, inside, (b"cookie", b"cers_browser=bbb; cers_session=other")),
        token_inside(door, inside, (b"cookie", b"cers_browser=bbb")),
        token_inside(door, inside, COOKIES, tab="another"),
        token_inside(door, inside),
    ]
    assert own not in others
    assert len(set(others)) == 5
    assert "tab" not in others


def test_a_browser_without_cookies_gets_another_token_at_each_connection(door: Door, inside: Inside) -> None:
    without = [token_inside(door, inside) for _ in range(3)]
    signed_in = [token_inside(door, inside, (b"cookie", b"cers_session=sss")) for _ in range(3)]

    assert len({*without, *signed_in}) == 6
    assert {len(token) for token in without} == {64}


def test_a_token_cannot_be_given_twice_or_from_inside(door: Door, inside: Inside) -> None:
    own = token_inside(door, inside, COOKIES)

    assert token_inside(door, inside, COOKIES, tab=own) != own
    assert token_inside(door, inside, COOKIES, tab="tab&token=victim") == own


def test_a_socket_without_a_token_is_given_none(door: Door, inside: Inside) -> None:
    call(door, "websocket", [COOKIES], b"transport=websocket")

    assert inside.scopes[-1]["query_string"] == b"transport=websocket"


@pytest.mark.parametrize(("kind", "longest"), [("http", 2048), ("websocket", 512)])
def test_an_address_with_an_endless_query_is_refused(door: Door, inside: Inside, kind: str, longest: int) -> None:
    call(door, kind, [COOKIES], b"token=tab&more=".ljust(longest, b"x"))
    assert len(inside.scopes) == 1

    (answer, *_) = call(door, kind, [COOKIES], b"token=tab&more=".ljust(longest + 1, b"x"))
    assert len(inside.scopes) == 1
    assert answer.get("status", answer.get("code")) in {414, 1008}


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, [], "127.0.0.1"),
        (0, [b"6.6.6.6"], "127.0.0.1"),
        (1, [b"192.0.2.7"], "192.0.2.7"),
        (1, [b"6.6.6.6, 192.0.2.7"], "192.0.2.7"),
        (1, [b"6.6.6.6", b"192.0.2.7"], "192.0.2.7"),
        (2, [b"192.0.2.7, 10.0.0.1"], "192.0.2.7"),
        (2, [b"6.6.6.6, 192.0.2.7, 10.0.0.1"], "192.0.2.7"),
        (2, [b"6.6.6.6"], "127.0.0.1"),
        (1, [b" , ,"], "127.0.0.1"),
        (1, [b"x" * 500], "x" * 64),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_forged_address_is_believed_from_no_more_proxies_than_are_trusted(
    inside: Inside, kind: str, hops: int, forwarded: list[bytes], address: str
) -> None:
    call(Door(inside, HTTP, hops), kind, [(b"x-forwarded-for", value) for value in forwarded])

    assert inside.scopes[-1]["client"] == (address, 0)


def test_a_page_sets_the_browser_cookie_and_nothing_else_does(inside: Inside, door: Door) -> None:
    (cookie,) = [value for name, value in headers_of(call(door)) if name == b"set-cookie"]
    assert cookie.startswith(b"cers_browser=")
    assert b"HttpOnly" in cookie

    for kind in (b"image/png", b"application/json", b"text/plain"):
        inside.headers = [(b"content-type", kind)]
        assert headers_of(call(door)) == inside.headers
    inside.headers = []
    assert headers_of(call(door)) == []


def test_a_browser_that_has_its_cookie_keeps_it(door: Door, inside: Inside) -> None:
    assert headers_of(call(door, headers=[COOKIES])) == inside.headers
    assert inside.scopes[-1]["headers"] == [COOKIES], "a route reads the cookies themselves"


def test_a_page_that_sets_a_cookie_of_its_own_is_left_alone(door: Door, inside: Inside) -> None:
    inside.headers = [(b"content-type", b"text/html"), (b"set-cookie", b"cers_browser=fresh")]

    assert headers_of(call(door)) == inside.headers


def test_two_new_browsers_get_two_cookies(door: Door) -> None:
    first, second = headers_of(call(door)), headers_of(call(door))

    assert first != second


def test_what_is_neither_request_nor_socket_passes_untouched(door: Door, inside: Inside) -> None:
    assert call(door, "lifespan") == []
    assert inside.scopes[-1]["client"] == ("127.0.0.1", 4711)


def test_a_tab_whose_session_has_ended_begins_with_an_empty_state(inside: Inside) -> None:
    async def lives(digest: str) -> bool:
        return digest == sha256("living")

    door = Door(inside, HTTP, 0, lives)
    living = [(b"cookie", b"cers_browser=bbb; cers_session=living")]
    ended = [(b"cookie", b"cers_browser=bbb; cers_session=ended")]
    nobody = [(b"cookie", b"cers_browser=bbb")]

    assert token_inside(door, inside, *ended) == token_inside(door, inside, *nobody)
    assert sha256("ended").encode() not in cookie_inside(inside)
    assert token_inside(door, inside, *living) != token_inside(door, inside, *nobody)
