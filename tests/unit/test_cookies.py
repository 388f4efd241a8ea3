"""The portal's cookies: how they are set, and how they are read."""

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from starlette.responses import Response

from cers_app.values.digests import session_digest, sha256
from cers_app.web import cookies
from cers_app.web.cookies import BROWSER, RESET, SESSION, read
from tests.support.effort import shortest

HTTPS, HTTP = "https://localhost:3000", "http://localhost:3000"
Serve = Callable[[str], None]

pytestmark = pytest.mark.usefixtures("serve")


def digests(*headers: str) -> dict[str, str]:
    return cookies.digests({"headers": [(b"cookie", header.encode()) for header in headers]})


def set_cookies(response: Response) -> list[str]:
    return [value for name, value in response.headers.items() if name == "set-cookie"]


@pytest.mark.parametrize("kind", [BROWSER, SESSION, RESET])
def test_on_https_a_cookie_is_bound_to_the_host_and_to_https(kind: str, serve: Serve) -> None:
    serve(HTTPS)
    response = Response()
    cookies.put(response, kind, "secret")
    (header,) = set_cookies(response)

    assert header.startswith(f"__Host-cers_{kind}=secret;")
    assert {part.strip().lower() for part in header.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "secure"}


def test_on_http_a_cookie_has_no_prefix_that_browsers_would_refuse() -> None:
    response = Response()
    cookies.put(response, RESET, "secret", 900)
    (header,) = set_cookies(response)

    assert header.startswith("cers_reset=secret;")
    assert "Max-Age=900" in header
    assert "HttpOnly" in header
    assert "Secure" not in header


@pytest.mark.parametrize("address", [HTTP, HTTPS])
def test_a_cleared_cookie_is_the_one_that_was_set(address: str, serve: Serve) -> None:
    serve(address)
    response = Response()
    cookies.clear(response, SESSION)
    (header,) = set_cookies(response)

    assert header.startswith(f'{cookies.name(SESSION)}="";')
    assert "Max-Age=0" in header
    assert "Path=/" in header
    assert ("Secure" in header) is (address == HTTPS)


def test_a_session_cookie_ends_with_the_browser() -> None:
    response = Response()
    cookies.put(response, SESSION, "secret")

    assert "max-age" not in set_cookies(response)[0].lower()
    assert "expires" not in set_cookies(response)[0].lower()


def test_a_new_browser_cookie_is_random_and_stays(serve: Serve) -> None:
    serve(HTTPS)
    response = Response()
    for _ in range(2):
        cookies.renew_browser(response)
    values = {SimpleCookie(header)["__Host-cers_browser"].value for header in set_cookies(response)}

    assert len(values) == 2
    assert all(len(value) == 43 for value in values)
    for header in set_cookies(response):
        flags = {part.strip().lower() for part in header.split(";")[1:]}
        assert flags == {"httponly", "path=/", "samesite=lax", "secure", "max-age=34560000"}


def test_only_our_cookies_are_read_and_each_by_its_whole_name(serve: Serve) -> None:
    header = "theme=dark; cers_session=s; xcers_reset=x; cers_browser=b; __Host-cers_session=other"

    assert read(header) == {"browser": "b", "session": "s", "reset": "", "known": "", "changed": "", "not_me": ""}
    assert read("") == {"browser": "", "session": "", "reset": "", "known": "", "changed": "", "not_me": ""}
    serve(HTTPS)
    assert read(header) == {"browser": "", "session": "other", "reset": "", "known": "", "changed": "", "not_me": ""}


def test_what_is_missing_has_no_digest_and_what_is_a_digest_is_hashed_again() -> None:
    digest = sha256("s")

    assert digests("cers_session=s; cers_browser=b") == {
        "browser": sha256("b"),
        "session": session_digest("s", sha256("b")),
        "reset": "",
        "known": "",
        "changed": "",
        "not_me": "",
    }
    assert digests(f"cers_reset={digest}")["reset"] == sha256(digest) != digest
    assert digests("cers_session=s")["session"] == "", "a session belongs to a browser"


@pytest.mark.parametrize(
    "header", [";;;", "=", "cers_session", "cers_session=;", "\x00", "cers_session =  ; a=b" * 500]
)
def test_a_broken_cookie_header_is_a_browser_without_a_session(header: str) -> None:
    assert read(header)["session"] == ""


@pytest.mark.parametrize("space", ["\xa0", "\x85", "\x0b", "\x0c", "\x1f", "\u3000"])
def test_a_cookie_of_a_neighboring_site_does_not_pass_for_one_bound_to_the_host(space: str, serve: Serve) -> None:
    serve(HTTPS)
    assert read(f"{space}__Host-cers_session=tossed")["session"] == ""
    assert read(f"__Host-cers_session{space}=tossed")["session"] == ""
    assert read(f"{space}__Host-cers_session=tossed; __Host-cers_session=own")["session"] == "own"
    assert read(" \t__Host-cers_session\t =\t own ")["session"] == "own"


def test_of_two_cookies_with_one_name_neither_counts() -> None:
    header = "cers_session=tossed; cers_browser=b; cers_session=own"

    assert read(header) == {"browser": "b", "session": "", "reset": "", "known": "", "changed": "", "not_me": ""}
    assert read(f"{header}; cers_session=third")["session"] == ""
    assert read("cers_session=own; cers_session; cers_browser=b")["session"] == "own", "no cookie, only a word"


@pytest.mark.parametrize(
    ("sent", "value"),
    [('"s"', "s"), ('""s""', '"s"'), ('"', '"'), ('""', ""), ('s"', 's"'), (r'"a\"b"', r"a\"b"), ("a=b", "a=b")],
)
def test_one_pair_of_quotation_marks_is_taken_off_and_nothing_else(sent: str, value: str) -> None:
    assert read(f"cers_session={sent}")["session"] == value


def test_a_value_that_had_to_be_quoted_comes_back_as_it_was_set() -> None:
    response = Response()
    cookies.put(response, SESSION, "a token==")
    sent = set_cookies(response)[0].partition(";")[0]

    assert '"' in sent
    assert read(sent)["session"] == "a token=="


@pytest.mark.parametrize("value", ['\\"' * 45_000, "\\" * 90_000, "\\101" * 22_500, ";" * 90_000, "a=b;" * 22_500])
def test_a_cookie_of_90_kilobytes_is_read_without_anybody_waiting(value: str) -> None:
    def found(length: int) -> str:
        return read(f'theme="{value[:length]}"; cers_session=own')["session"]

    assert found(90_000) == "own"
    # Ten times as long costs ten times as much, not a hundred times.
    assert shortest(lambda: found(90_000)) < 40 * shortest(lambda: found(9_000))
