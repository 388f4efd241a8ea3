"""What a page weighs, and in how many answers it comes."""

from collections.abc import Callable

from playwright.sync_api import Page, Response

from cers_app.development.stages import Stage, Without
from tests.support.staged import STAGES, open_stage

TINY = 1000
"""Bytes; what is smaller is not worth packing."""
LIMIT = 146_000
"""Bytes of document, script and style over the wire, with brotli. The heaviest page has hardly less."""
ANSWERS = 8
"""A page asks for itself and for seven scripts."""


def one_of_each() -> list[Stage]:
    """The first stage of every page with scripts."""
    found: dict[str, Stage] = {}
    for stage in STAGES.values():
        if stage.without is Without.NOTHING:
            found.setdefault(stage.page.partition("#")[0], stage)
    return list(found.values())


def test_every_page_is_light(page: Page, say: Callable[[str], None]) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright takes no built-in
    weights = {}
    for stage in one_of_each():
        answers.clear()
        # A browser that has seen a page keeps the scripts that others share.
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        open_stage(page, stage)
        parts = [answer for answer in answers if answer.request.resource_type in {"script", "stylesheet", "document"}]
        scripts = [answer for answer in parts if answer.request.resource_type == "script"]
        weights[stage.page] = sum(answer.request.sizes()["responseBodySize"] for answer in parts)
        packed = {
            answer.headers.get("content-encoding") for answer in scripts if int(answer.headers["content-length"]) > TINY
        }
        assert packed == {"br"}, stage.name
        assert 1 < len(parts) <= ANSWERS, stage.name
    for path, weight in weights.items():
        say(f"{path}: {weight:,} bytes of document, script and style")

    assert len(weights) > 10
    assert {path: weight for path, weight in weights.items() if not 0 < weight < LIMIT} == {}
