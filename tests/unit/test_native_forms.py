"""Native form posts: only from our own pages, and only what a form of ours sends."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.types import Message

from cers_app.settings import settings
from cers_app.values import addresses
from cers_app.web import native_forms
from tests.support.asgi import Header

OURS = "http://localhost:3999"
FORM: Header = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture(autouse=True)
def _our_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CERS_MODE", "test")
    monkeypatch.setenv("CERS_PORT", "3999")
    monkeypatch.setenv("CERS_PUBLIC_URL", OURS)
    settings.cache_clear()
    yield
    settings.cache_clear()


def posted(*headers: Header, body: bytes = b"", pieces: int = 1) -> Request:
    size = max(1, -(-len(body) // pieces))
    chunks = [body[start : start + size] for start in range(0, len(body), size)] or [b""]

    async def receive() -> Message:
        chunk = chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    return Request({"type": "http", "method": "POST", "headers": list(headers), "client": ("192.0.2.7", 0)}, receive)


@pytest.mark.parametrize(
    ("site", "origin", "allowed"),
    [
        ("same-origin", OURS, True),
        ("same-origin", None, True),
        ("same-site", OURS, False),
        ("cross-site", OURS, False),
        ("none", OURS, False),
        ("", OURS, False),
        (None, OURS, True),
        (None, "http://127.0.0.1:3999", True),
        (None, "http://localhost:3000", False),
        (None, "https://localhost:3999", False),
        (None, "http://localhost:3999.evil.example.com", False),
        (None, "https://evil.example.com", False),
        (None, "null", False),
        (None, "", False),
        (None, None, False),
    ],
)
def test_a_form_is_taken_from_our_own_pages_alone(site: str | None, origin: str | None, allowed: bool) -> None:  # noqa: FBT001 - the answer
    sent = {b"sec-fetch-site": site, b"origin": origin}
    request = posted(*((name, value.encode()) for name, value in sent.items() if value is not None))

    assert native_forms.is_same_origin(request) is allowed


def read(request: Request) -> dict[str, str]:
    return asyncio.run(native_forms.read_form(request))


def test_a_form_of_ours_is_read_as_it_was_typed() -> None:
    body = b"username=ann+gause&password=%20p%26%C3%BC&empty="

    assert read(posted(FORM, body=body)) == {"username": "ann gause", "password": " p&\u00fc", "empty": ""}
    assert read(posted(FORM, body=body, pieces=7)) == read(posted(FORM, body=body))
    assert read(posted((b"content-type", FORM[1] + b"; charset=utf-8"), body=b"a=b")) == {"a": "b"}


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_forms, "BODY_SECONDS", 0.01)
    slow = Request({"type": "http", "headers": [FORM], "method": "POST"}, receive=lambda: asyncio.sleep(3600, {}))

    assert asyncio.run(asyncio.wait_for(native_forms.read_form(slow), 5)) == {}


def test_of_a_field_sent_twice_the_first_counts() -> None:
    assert read(posted(FORM, body=b"username=ann&username=eve")) == {"username": "ann"}


@pytest.mark.parametrize(
    "kind",
    [
        b"application/json",
        b"multipart/form-data; boundary=x",
        b"text/plain",
        b"",
        b"x-application/x-www-form-urlencoded",
    ],
)
def test_a_body_of_another_type_is_an_empty_form(kind: bytes) -> None:
    assert read(posted((b"content-type", kind), body=b"username=ann")) == {}
    assert read(posted(body=b"username=ann")) == {}


def test_a_body_that_is_too_long_is_an_empty_form() -> None:
    fits = b"a=" + b"x" * (native_forms.LONGEST_BODY - 2)

    assert len(read(posted(FORM, body=fits, pieces=5))["a"]) == native_forms.LONGEST_BODY - 2
    assert read(posted(FORM, body=fits + b"x", pieces=5)) == {}


@pytest.mark.parametrize("body", [b"a=\xff", b"&".join(b"f%d=1" % number for number in range(21))])
def test_a_body_that_is_no_form_of_ours_is_an_empty_form(body: bytes) -> None:
    assert read(posted(FORM, body=body)) == {}


def test_going_on_is_a_get_at_our_own_path_and_a_refusal_goes_nowhere() -> None:
    there = native_forms.see_other(addresses.ACCOUNT)

    assert (there.status_code, there.headers["location"]) == (303, addresses.ACCOUNT)
    assert (native_forms.REFUSED.status, native_forms.REFUSED.headers) == (403, {})
