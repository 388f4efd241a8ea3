"""The headers of every answer, and redirects that stay on the portal's own address."""

import pytest

from cers_app.values import addresses
from cers_app.web.headers import SecurityHeaders
from tests.support.asgi import Header, Inside, call, headers_of

HOST = [(b"host", b"portal.example.com")]


def wrapped(inside: Inside, *, is_https: bool = False) -> SecurityHeaders:
    return SecurityHeaders(inside, lambda path: f"the policy of {path}", is_https=is_https)


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (b"http://portal.example.com/sign-in/", b"/sign-in/"),
        (b"https://portal.example.com/sign-in/?a=b", b"/sign-in/?a=b"),
        (b"/sign-in/", b"/sign-in/"),
        (b"http://portal.example.com//evil.example.com/../sign-in/", b"/evil.example.com/../sign-in/"),
        (b"https://portal.example.com/\\evil.example.com/", b"/evil.example.com/"),
        (b"http://portal.example.com.evil.example.com/", b"http://portal.example.com.evil.example.com/"),
        (b"https://other.example.com/", b"https://other.example.com/"),
    ],
)
def test_a_redirect_to_ourselves_never_leaves_https(sent: bytes, received: bytes) -> None:
    inside = Inside(307, [(b"location", sent)])

    assert dict(headers_of(call(wrapped(inside), headers=HOST)))[b"location"] == received


def test_without_a_host_a_redirect_is_left_as_it_is() -> None:
    inside = Inside(307, [(b"location", b"http://portal.example.com/")])

    assert dict(headers_of(call(wrapped(inside))))[b"location"] == b"http://portal.example.com/"


def test_a_page_is_kept_nowhere_framed_nowhere_and_posts_only_to_us() -> None:
    page = dict(headers_of(call(wrapped(Inside()))))

    assert page[b"cache-control"] == b"no-store"
    assert page[b"referrer-policy"] == b"same-origin"
    assert page[b"x-content-type-options"] == b"nosniff"
    assert page[b"content-security-policy"] == b"the policy of /"
    assert page[b"cross-origin-resource-policy"] == b"same-origin"
    assert b"camera=()" in page[b"permissions-policy"]
    assert b"strict-transport-security" not in page


def test_what_a_route_says_itself_is_not_overwritten() -> None:
    own = [(b"content-type", b"text/html"), (b"referrer-policy", b"no-referrer"), (b"cache-control", b"private")]
    sent = headers_of(call(wrapped(Inside(200, own))))

    assert sent[:3] == own
    assert [name for name, _ in sent].count(b"referrer-policy") == 1


def test_only_an_asset_that_is_there_is_kept_for_a_year_and_an_answer_of_a_route_never() -> None:
    script, file = (b"content-type", b"text/javascript"), (b"etag", b'"of a file"')

    def cached(status: int, path: str, *headers: Header) -> bytes:
        return dict(headers_of(call(wrapped(Inside(status, list(headers))), path=path))).get(b"cache-control", b"")

    assert cached(200, "/assets/app.js", script, file) == b"public, max-age=31536000, immutable"
    assert cached(304, "/assets/app.js", file) == b"", "the browser's copy stays as it is"
    assert cached(200, "/favicon.svg", file) == b""
    assert cached(404, "/assets/app.js", script) == b"no-store"
    assert cached(200, "/verification/a.png", (b"content-type", b"image/png")) == b"no-store"
    assert cached(303, addresses.SESSION) == cached(429, addresses.SIGN_IN) == b"no-store"


def test_a_socket_passes_untouched() -> None:
    inside = Inside()

    assert call(wrapped(inside), "websocket") == []
    assert len(inside.scopes) == 1


def test_only_a_portal_on_https_asks_browsers_to_stay_there() -> None:
    sent = dict(headers_of(call(wrapped(Inside(), is_https=True))))

    assert sent[b"strict-transport-security"] == b"max-age=31536000; includeSubDomains"
