"""What a page weighs, and in how many answers it comes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from cers_app.values import addresses

TINY = 1000
"""Bytes; what is smaller is not worth packing."""
ANSWERS = 8
"""A page asks for itself and for seven scripts."""


@pytest.mark.parametrize(("path", "limit"), [(addresses.SIGN_IN, 142_000), (addresses.RESET_PASSWORD, 146_000)])
def test_a_page_is_light(page: Page, say: Callable[[str], None], path: str, limit: int) -> None:
    """`limit` is bytes of document, script and style over the wire, with brotli."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright takes no built-in
    page.goto(path)
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
    say(f"{path}: {sum(weighed.values()):,} bytes of document, script and style in {len(weighed)} answers")
    assert encodings == {"br"}
    assert 0 < sum(weighed.values()) < limit
    assert 1 < len(weighed) <= ANSWERS
