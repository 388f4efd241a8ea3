"""The portal's cookies: how they are set, and how they are read."""

from http.cookies import SimpleCookie

import pytest
from starlette.responses import Response

from cers_app.digests import sha256
from cers_app.web.cookies import BROWSER, RESET, SESSION, Cookies

HTTPS, HTTP = Cookies(is_https=True), Cookies(is_https=False)


def set_cookies(response: Response) -> list[str]:
    return [value for name, value in response.headers.items() if name == "set-cookie"]


@pytest.mark.parametrize("kind", [BROWSER, SESSION, RESET])
def test_on_https_a_cookie_is_bound_to_the_host_and_to_https(kind: str) -> None:
    response = Response()
    HTTPS.set(response, kind, "secret")
    (header,) = set_cookies(response)

    assert header.startswith(f"__Host-cers_{kind}=secret;")
    assert {part.strip().lower() for part in header.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "secure"}


def test_on_http_a_cookie_has_no_prefix_that_browsers_would_refuse() -> None:
    response = Response()
    HTTP.set(response, RESET, "secret", 900)
    (header,) = set_cookies(response)

    assert header.startswith("cers_reset=secret;")
    assert "Max-Age=900" in header
    assert "HttpOnly" in header
    assert "Secure" not in header


@pytest.mark.parametrize("cookies", [HTTP, HTTPS])
def test_a_cleared_cookie_is_the_one_that_was_set(cookies: Cookies) -> None:
    response = Response()
    cookies.clear(response, SESSION)
    (header,) = set_cookies(response)

    assert header.startswith(f'{cookies.name(SESSION)}="";')
    assert "Max-Age=0" in header
    assert "Path=/" in header
    assert ("Secure" in header) is cookies.is_https


def test_a_session_cookie_ends_with_the_browser() -> None:
    response = Response()
    HTTPS.set(response, SESSION, "secret")

    assert "max-age" not in set_cookies(response)[0].lower()
    assert "expires" not in set_cookies(response)[0].lower()


def test_a_new_browser_cookie_is_random_and_has_the_same_flags_both_ways() -> None:
    response = Response()
    HTTPS.renew_browser(response)
    raw = HTTPS.new_browser_header().decode()
    values = {SimpleCookie(header)["__Host-cers_browser"].value for header in (*set_cookies(response), raw)}

    assert len(values) == 2
    assert all(len(value) == 43 for value in values)
    for header in (set_cookies(response)[0], raw):
        flags = {part.strip().lower() for part in header.split(";")[1:]}
        assert flags == {"httponly", "path=/", "samesite=lax", "secure", "max-age=34560000"}
    assert "Secure" not in HTTP.new_browser_header().decode()


def test_only_our_cookies_are_read_and_each_by_its_whole_name() -> None:
    header = "theme=dark; cers_session=s; xcers_reset=x; cers_browser=b; __Host-cers_session=other"

    assert HTTP.read(header) == {"browser": "b", "session": "s", "reset": "", "known": ""}
    assert HTTPS.read(header) == {"browser": "", "session": "other", "reset": "", "known": ""}
    assert HTTP.read("") == {"browser": "", "session": "", "reset": "", "known": ""}


def test_what_is_missing_has_no_digest_and_what_is_a_digest_is_hashed_again() -> None:
    digest = sha256("s")

    assert HTTP.digests("cers_session=s") == {"browser": "", "session": digest, "reset": "", "known": ""}
    assert HTTP.digests(f"cers_session={digest}")["session"] == sha256(digest) != digest


@pytest.mark.parametrize(
    "header", [";;;", "=", "cers_session", "cers_session=;", "\x00", "cers_session =  ; a=b" * 500]
)
def test_a_broken_cookie_header_is_a_browser_without_a_session(header: str) -> None:
    assert HTTP.read(header)["session"] == ""
