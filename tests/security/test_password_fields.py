"""Fields for passwords work with password managers, and hold nothing after they were sent."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.journeys import mailed_link
from tests.support.page_objects import NewPasswordPage, SignInPage, Watch
from tests.support.people import Open
from tests.support.portal import Portal

PASTED = "  pasted, with spaces at both ends  "


@pytest.fixture
def page(another_browser: Open) -> Page:
    return another_browser().new_page()


def paste(page: Page, label: str, words: str) -> None:
    """Put words into a field as Ctrl-V does."""
    box = page.get_by_label(label, exact=True)
    box.focus()
    page.keyboard.insert_text(words)
    expect(box).to_have_value(words)


def test_a_password_manager_can_fill_in_the_sign_in_page(portal: Portal, page: Page) -> None:
    assert portal.url
    sign_in = SignInPage(Watch(page))
    sign_in.open()
    username, password = page.get_by_label("Username"), page.get_by_label("Password", exact=True)

    expect(username).to_have_attribute("autocomplete", "username")
    expect(password).to_have_attribute("autocomplete", "current-password")
    expect(password).to_have_attribute("type", "password")
    paste(page, "Password", PASTED)
    username.fill("nobodyatall")
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("alert")).to_contain_text("is incorrect")
    expect(password).to_have_value("")
    expect(username).to_have_value("nobodyatall")


def test_a_password_manager_can_make_up_the_new_password(portal: Portal, page: Page) -> None:
    portal.create_account("managedpass")
    choosing = NewPasswordPage(Watch(page))
    choosing.open_link(mailed_link(portal, "managedpass").link)
    choosing.expect_for("managedpass")

    expect(choosing.password).to_have_attribute("autocomplete", "new-password")
    expect(choosing.password).to_have_attribute("type", "password")
    expect(page.locator("main input[autocomplete=username]")).to_have_value("managedpass")
    paste(page, "New password", PASTED)
    assert page.locator("main input[type=password]").count() == 1, "no second field to confirm"
