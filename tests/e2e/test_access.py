"""axe finds nothing on any page, in any state, wide, narrow and dark (WCAG 2.2 AA, and its best practices)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cers_app.values import addresses
from tests.support.portal import CHARACTERS, Portal
from tests.support.staged import LOOKS, STAGES, look_through, open_stage

Open = Callable[..., BrowserContext]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
SETTLING_MS = 200
"""Longer than any transition of the pages."""
COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
"""Dark changes nothing but colors."""
CLIPPED = """[...document.querySelectorAll("main *, header *, footer *")]
    .filter((one) => !one.closest(".unseen") && getComputedStyle(one).overflowX === "hidden"
        && one.scrollWidth > one.clientWidth)
    .map((one) => one.outerHTML.slice(0, 80))"""
VIOLATIONS = """async (options) => (await axe.run(options)).violations
    .map(({ id, help, nodes }) => `${id}, ${help}: ${JSON.stringify(nodes.map(({ target }) => target))}`)"""


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds on a page. A page gets axe once, and hands over the violations alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE_SCRIPT}; 0")
    found: list[str] = page.evaluate(VIOLATIONS, options)
    return found


def cut(page: Page) -> list[str]:
    """Every element whose text is cut, and whether the page is wider than the window."""
    found: list[str] = page.evaluate(CLIPPED)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{wider} px wider than the window"] if wider > 0 else [])]


def test_every_page_in_every_stage_can_be_used_by_everybody(page: Page, say: Callable[[str], None]) -> None:
    found: list[str] = []
    for stage in STAGES.values():
        look_through(page, "wide")
        open_stage(page, stage)
        page.wait_for_timeout(SETTLING_MS)
        for look in LOOKS:
            look_through(page, look)
            options = COLORS if look == "dark" else OPTIONS
            found += [f"{stage.name} ({look}): {wrong}" for wrong in [*cut(page), *violations(page, options)]]
    say(f"axe: {len(found)} findings in {len(STAGES)} stages, each wide, at 320 px and dark")

    assert found == []
    assert len(STAGES) >= 150


BROKEN = ["<img src='/favicon.svg'>", "<input name='nameless'>", "<p style='color:#bbb'>pale</p>"]


@pytest.mark.parametrize("broken", BROKEN)
def test_axe_does_find_what_is_wrong(browser: Browser, tmp_path: Path, broken: str) -> None:
    page = browser.new_page()
    for content, is_found in ("", False), (broken, True), ("", False):
        page.set_content(f"<html lang='en'><title>x</title><main><h1>x</h1>{content}</main></html>")
        assert (violations(page, OPTIONS) != []) is is_found
    page.close()
    assert tmp_path.exists()


FORM_PAGES = pytest.mark.parametrize(
    "path", [addresses.SIGN_IN, addresses.FORGOT, addresses.RECOVER_USERNAME, addresses.RESET_PASSWORD, addresses.HELP]
)


@FORM_PAGES
def test_text_of_twice_the_size_fits_and_covers_nothing(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    # Chromium's own setting of a text size, which `rem` follows.
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")

    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 32
    assert cut(page) == []


@FORM_PAGES
def test_with_colors_of_ones_own_every_control_has_a_border(another_browser: Open, path: str) -> None:
    page = another_browser(forced_colors="active").new_page()
    page.goto(path)
    controls = page.locator("main button:visible, main input:visible:not([type=hidden]), main a.button:visible")

    for control in controls.all():
        if "unseen" in (control.get_attribute("class") or ""):
            continue
        assert control.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth)") >= 1 or (
            control.evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
        ), control.evaluate("one => one.outerHTML")


def test_on_paper_the_confirmation_says_what_was_asked_and_whom_to_write_to(
    portal: Portal, another_browser: Open
) -> None:
    portal.create_account("printer")
    page = another_browser().new_page()
    page.goto(addresses.RESET_PASSWORD)
    expect(page.locator("[data-live=true]")).to_be_attached()
    page.get_by_label("Username or Email Address").fill("printer@example.com")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(addresses.LINK_SENT)
    page.emulate_media(media="print")

    expect(page.get_by_text("pr***er@example.com")).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("CERS Technical Support")
    expect(page.get_by_role("button", name="Send it again")).to_be_hidden()
