"""Which answers set the browser cookie."""

import pytest

from cers_app.web.browser_cookie import BrowserCookie
from tests.support.asgi import Header, Inside, call, headers_of

pytestmark = pytest.mark.usefixtures("serve")
COOKIES: Header = (b"cookie", b"cers_browser=bbb; theme=dark; cers_session=sss; cers_reset=rrr")


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def pages(inside: Inside) -> BrowserCookie:
    return BrowserCookie(inside)


def test_a_page_sets_the_browser_cookie_and_nothing_else_does(inside: Inside, pages: BrowserCookie) -> None:
    (cookie,) = [value for name, value in headers_of(call(pages)) if name == b"set-cookie"]
    assert cookie.startswith(b"cers_browser=")
    assert b"HttpOnly" in cookie

    for kind in (b"image/png", b"application/json", b"text/plain"):
        inside.headers = [(b"content-type", kind)]
        assert headers_of(call(pages)) == inside.headers
    inside.headers = []
    assert headers_of(call(pages)) == []


def test_a_browser_that_has_its_cookie_keeps_it(pages: BrowserCookie, inside: Inside) -> None:
    assert headers_of(call(pages, headers=[COOKIES])) == inside.headers
    assert inside.scopes[-1]["headers"] == [COOKIES], "a route reads the cookies themselves"


def test_a_page_that_sets_a_cookie_of_its_own_is_left_alone(pages: BrowserCookie, inside: Inside) -> None:
    inside.headers = [(b"content-type", b"text/html"), (b"set-cookie", b"cers_browser=fresh")]

    assert headers_of(call(pages)) == inside.headers


def test_two_new_browsers_get_two_cookies(pages: BrowserCookie) -> None:
    first, second = headers_of(call(pages)), headers_of(call(pages))

    assert first != second
