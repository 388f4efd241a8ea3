"""The plain pages of the server: what failed is told in words, and what the log gets is one line without values."""

import logging
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from cers_app.values import addresses
from cers_app.web.error_pages import ErrorPages
from tests.support.asgi import Inside, call


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Where the built pages lie."""
    for name, words in (("trouble", "The service has a problem"), ("not-found", "Page not found")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(words)
    return tmp_path


async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    msg = "the password of ann is secret"
    raise RuntimeError(msg)


def body_of(app: ErrorPages, path: str = addresses.SIGN_IN) -> tuple[int, str]:
    messages = call(app, path=path)
    return messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:]).decode()


def test_a_request_that_fails_is_answered_in_words_and_logged_without_values(
    built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "cers_app"):
        status, body = body_of(ErrorPages(failing, built), "/verification/\r\nINFO sign-in ok\x1b[31m.png")

    assert status == 503
    assert "The service has a problem" in body
    assert "secret" not in body + caplog.text
    (record,) = [record for record in caplog.records if record.name.startswith("cers_app")]
    assert record.getMessage() == r"GET '/verification/\r\nINFO sign-in ok\x1b[31m.png' failed: RuntimeError"


@pytest.mark.parametrize("path", ["/r/" + "T" * 43, "/r/" + "T" * 43 + "/more"])
def test_a_token_in_the_address_stays_out_of_the_log(built: Path, caplog: pytest.LogCaptureFixture, path: str) -> None:
    body_of(ErrorPages(failing, built), path)

    assert "TTT" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_missing_page_is_plain_and_anything_else_missing_stays_as_it_is(built: Path) -> None:
    page, picture = Inside(404), Inside(404, [(b"content-type", b"image/png")])

    status, body = body_of(ErrorPages(page, built))
    assert status == 404
    assert "Page not found" in body
    assert "<p>page</p>" not in body
    assert body_of(ErrorPages(picture, built)) == (404, "<p>page</p>")
    assert body_of(ErrorPages(Inside(200), built)) == (200, "<p>page</p>")


@pytest.mark.parametrize("path", [addresses.TROUBLE, addresses.MISSING])
def test_no_address_shows_an_error_page_and_a_request_for_it_counts_as_any_other(built: Path, path: str) -> None:
    page, limited = Inside(200), Inside(429)

    status, body = body_of(ErrorPages(page, built), path)
    assert (status, "Page not found" in body) == (404, True)
    assert body_of(ErrorPages(limited, built), path)[0] == 429
    assert body_of(ErrorPages(page, built))[0] == 200
