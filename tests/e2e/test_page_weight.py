"""What the sign-in page weighs."""

from collections.abc import Callable

from playwright.sync_api import Page, Response

from cers_app.values import addresses

TINY = 1000
"""Bytes; what is smaller is not worth packing."""
LIMIT = 150_000
"""Bytes of script and style over the wire, with brotli."""


def test_the_sign_in_page_is_light(page: Page, say: Callable[[str], None]) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright takes no built-in
    page.goto(addresses.SIGN_IN)
    page.locator("[data-live=true]").wait_for(state="attached")

    weighed = {
        answer.url.rpartition("/")[2]: answer.request.sizes()["responseBodySize"]
        for answer in answers
        if answer.request.resource_type in {"script", "stylesheet", "document"}
    }
    encodings = {
        answer.headers.get("content-encoding")
        for answer in answers
        if answer.request.resource_type == "script" and int(answer.headers["content-length"]) > TINY
    }
    say(f"sign-in page: {sum(weighed.values()):,} bytes of document, script and style in {len(weighed)} answers")
    assert encodings == {"br"}
    assert 0 < sum(weighed.values()) < LIMIT
