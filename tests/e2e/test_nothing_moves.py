"""Nothing that a person may press moves when a page becomes live, or the press would go beside it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, ViewportSize, expect

from cers_app.values import addresses
from tests.support.journeys import mailed_link
from tests.support.portal import Portal

Open = Callable[..., BrowserContext]
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 320, "height": 640}}
WHAT = "main :is(input:not([type=hidden]), button, a, img)"


def places(page: Page) -> dict[str, tuple[float, float]]:
    """Where each thing that can be pressed stands, by its words and its turn."""
    found: dict[str, tuple[float, float]] = {}
    things: list[Locator] = page.locator(f"{WHAT}:visible").all()
    for thing in things:
        box, name = thing.bounding_box(), thing.evaluate("it => it.id || it.getAttribute('alt') || it.textContent")
        assert box
        found[f"{name} {sum(key.startswith(name) for key in found)}"] = round(box["x"]), round(box["y"])
    return found


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_nothing_moves_when_a_page_becomes_live(portal: Portal, another_browser: Open, size: ViewportSize) -> None:
    name = f"still{size['width']}"
    portal.create_account(name)
    link = f"/r/{mailed_link(portal, name).token}"
    page = another_browser(viewport=size).new_page()
    moved, held = {}, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    for path in (addresses.SIGN_IN, addresses.RECOVER_USERNAME, addresses.RESET_PASSWORD, link):
        page.route("**/*.js", hold)
        page.goto(path, wait_until="commit")
        expect(page.locator("main button:visible").first).to_be_visible()
        page.evaluate("document.fonts.ready")
        for box in page.locator("main input[id]:visible").all():
            box.fill("typed early")
        before = places(page)
        while held:
            held.pop(0).continue_()
        page.unroute_all(behavior="ignoreErrors")
        expect(page.locator("[data-live=true]")).to_be_attached()
        after = places(page)
        gone = {thing: (place, after.get(thing)) for thing, place in before.items() if after.get(thing) != place}
        if gone:
            moved[path] = gone
    assert moved == {}
