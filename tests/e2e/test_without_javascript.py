"""With JavaScript off, or not there yet, sign-in works or is refused properly, and no password lands in a URL."""

from collections.abc import Callable
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from cers_app.values import addresses
from tests.support.portal import PASSWORD, Portal

Open = Callable[..., BrowserContext]


@pytest.fixture(scope="module", autouse=True)
def owner(portal: Portal) -> None:
    portal.create_account("plainbrowser")


def without_script(another_browser: Open) -> Page:
    """A tab without JavaScript."""
    return another_browser(java_script_enabled=False).new_page()


def with_late_script(another_browser: Open) -> tuple[Page, list[Route]]:
    """A tab whose scripts are held back."""
    page, held = another_browser().new_page(), []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*.js", hold)
    return page, held


def sign_in(page: Page, password: str) -> list[str]:
    """Fill in and send the form; every address that was asked for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(unquote_plus(request.url))

    page.on("request", note)
    page.goto(addresses.SIGN_IN, wait_until="commit")
    page.get_by_label("Username").fill("plainbrowser")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign In").click()
    return asked


def told(page: Page) -> Locator:
    """The words that the address leads to."""
    return page.locator(":target")


def test_without_javascript_the_right_password_signs_in(another_browser: Open) -> None:
    page = without_script(another_browser)

    asked = sign_in(page, PASSWORD)

    expect(page).to_have_url(addresses.ACCOUNT)
    expect(page.get_by_text("You need JavaScript to see them")).to_be_visible()
    assert {cookie["name"] for cookie in page.context.cookies()} == {"cers_browser", "cers_known", "cers_session"}
    assert not any(PASSWORD in address for address in asked)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(addresses.SIGNED_OUT)
    expect(told(page)).to_have_text("You are signed out.")
    page.goto(addresses.ACCOUNT)
    expect(page).to_have_url(addresses.SIGN_IN)
    expect(page.get_by_text("You are signed out.")).to_be_hidden()


def test_without_javascript_a_wrong_password_is_refused_in_words(another_browser: Open) -> None:
    page = without_script(another_browser)

    asked = sign_in(page, "not the password at all")

    expect(told(page)).to_contain_text("The username or password you entered is incorrect.")
    expect(told(page).get_by_role("link", name="Reset my Password")).to_be_visible()
    assert "cers_session" not in {cookie["name"] for cookie in page.context.cookies()}
    assert "plainbrowser" not in page.url
    assert not any("not the password" in address for address in asked)
    assert "not the password" not in page.content()


def test_without_javascript_an_empty_field_is_named(another_browser: Open) -> None:
    page = without_script(another_browser)
    sign_in(page, "")
    expect(page.get_by_role("button", name="Show password")).to_have_count(0)

    expect(told(page)).to_contain_text("Enter your password")
    expect(told(page)).not_to_contain_text("Enter your username")


def test_without_javascript_the_skip_link_does_not_hide_what_is_wrong(another_browser: Open) -> None:
    page = without_script(another_browser)
    page.goto(addresses.SIGN_IN)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to Main Content")).to_be_focused()
    sign_in(page, "not the password at all")

    expect(told(page)).to_be_visible()
    expect(page.get_by_role("link", name="Skip to Main Content")).to_be_hidden()


def test_who_mistyped_before_the_scripts_came_types_only_the_password_again(another_browser: Open) -> None:
    page, held = with_late_script(another_browser)
    sign_in(page, "not the password at all")

    expect(told(page)).to_contain_text("is incorrect")
    expect(page.get_by_label("Username")).to_have_value("plainbrowser")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    expect(page).to_have_url(addresses.ACCOUNT)
    page.go_back()
    assert "plainbrowser" not in page.evaluate("Object.values(sessionStorage)"), "nothing stays behind who signed in"
    assert held


def test_a_refusal_by_address_goes_away_with_the_next_answer(another_browser: Open) -> None:
    page = another_browser().new_page()
    page.goto(f"{addresses.SIGN_IN}#not-recognized")
    expect(page.locator("[data-live=true]")).to_be_attached()
    expect(told(page)).to_contain_text("is incorrect")
    page.get_by_role("button", name="Sign In").click()

    expect(page.get_by_role("alert")).to_contain_text("Enter your username")
    expect(page.get_by_text("is incorrect")).to_be_hidden()
    expect(page).to_have_url(addresses.SIGN_IN)
    page.reload()
    expect(page.locator("[data-live=true]")).to_be_attached()
    expect(page.get_by_text("is incorrect")).to_be_hidden()


@pytest.mark.parametrize(
    ("password", "where"), [(PASSWORD, addresses.ACCOUNT), ("wrong wrong wrong", f"{addresses.SIGN_IN}#not-recognized")]
)
def test_a_click_before_the_scripts_have_come_is_handled(another_browser: Open, password: str, where: str) -> None:
    page, held = with_late_script(another_browser)

    asked = sign_in(page, password)

    expect(page).to_have_url(where)
    assert held
    assert not any(password in address for address in asked)


def test_what_was_typed_before_the_scripts_came_is_kept(another_browser: Open) -> None:
    page, held = with_late_script(another_browser)
    page.goto(addresses.SIGN_IN, wait_until="commit")
    page.get_by_label("Username").fill("plainbrowser")
    page.get_by_label("Password", exact=True).fill("wrong wrong wrong")
    for route in held:
        route.continue_()
    held.clear()
    page.unroute("**/*.js")
    expect(page.locator("[data-live=true]")).to_be_attached()

    expect(page.get_by_label("Username")).to_have_value("plainbrowser")
    expect(page.get_by_label("Password", exact=True)).to_have_value("wrong wrong wrong")
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("alert")).to_contain_text("is incorrect")
    expect(page).to_have_url(addresses.SIGN_IN)
