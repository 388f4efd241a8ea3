"""`/dev/pages/` in a browser."""

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from cers_app.values import addresses
from tests.support.staged import STAGES, open_stage

SENT = "reset-password-sent"


def frame(page: Page, title: str) -> FrameLocator:
    return page.frame_locator(f"iframe[title='{title}']")


def test_the_list_shows_every_stage_wide_narrow_and_dark_with_the_mail_beside(page: Page) -> None:
    page.goto("/dev/pages/")
    expect(page.get_by_text(f"each of its {len(STAGES)} stages")).to_be_visible()
    assert page.locator("iframe:not(.mail)").count() == len(STAGES)
    page.locator("summary").filter(has_text=f"{addresses.LINK_SENT} (").click()
    shown = page.locator(f"iframe[title='{SENT}']")
    shown.scroll_into_view_if_needed()
    heading = frame(page, SENT).get_by_role("heading", name="Check your email")
    expect(heading).to_be_visible()
    expect(frame(page, f"The mail to {SENT}").get_by_text("To continue resetting your password")).to_be_visible()

    width, paper = "innerWidth", "getComputedStyle(document.querySelector('.card')).backgroundColor"
    inside = shown.element_handle().content_frame()
    assert inside is not None
    assert (inside.evaluate(width), inside.evaluate(paper)) == (1280, "rgb(255, 255, 255)")
    page.get_by_label("Dark").check()
    assert (inside.evaluate(width), inside.evaluate(paper)) == (1280, "rgb(23, 34, 44)")
    page.get_by_label("Phone").check()
    assert (inside.evaluate(width), inside.evaluate(paper)) == (320, "rgb(255, 255, 255)")


@pytest.mark.parametrize("name", ["account", "new-password", "link-expired", SENT])
def test_a_stage_shows_its_facts_after_any_other(page: Page, name: str) -> None:
    open_stage(page, STAGES[name])
    first = page.locator("main").inner_text()
    for other in ("account-signed-out", "new-password-too-short", "link-used", f"{SENT}-too-early"):
        open_stage(page, STAGES[other])
        assert page.locator("main").inner_text() != first
    open_stage(page, STAGES[name])

    assert page.locator("main").inner_text() == first


def test_a_name_that_is_no_stage_shows_the_page_as_it_is(page: Page) -> None:
    page.goto(f"{addresses.ACCOUNT}?stage=none")

    expect(page).to_have_url(addresses.SIGN_IN)


def test_only_a_stage_may_be_in_a_frame(page: Page) -> None:
    plain = page.request.get(addresses.SIGN_IN).headers["content-security-policy"]
    staged = page.request.get(STAGES["sign-in-busy"].address).headers["content-security-policy"]

    assert "frame-ancestors 'none'" in plain
    assert staged == plain.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
