"""With JavaScript off, or not there yet, sign-in works or is refused properly, and no password lands in a URL."""

from collections.abc import Callable
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.portal import PASSWORD, Portal

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
    page.goto("/sign-in/", wait_until="commit")
    page.get_by_label("Username").fill("plainbrowser")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign In").click()
    return asked


def test_without_javascript_the_right_password_signs_in(another_browser: Open) -> None:
    page = without_script(another_browser)

    asked = sign_in(page, PASSWORD)

    expect(page).to_have_url("/account/plain")  # where the page leads on whoever runs no script
    expect(page.get_by_role("definition").filter(has_text="plainbrowser")).to_be_visible()
    assert {cookie["name"] for cookie in page.context.cookies()} == {"cers_browser", "cers_known", "cers_session"}
    assert not any(PASSWORD in address for address in asked)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url("/sign-in/#signed-out")
    page.goto("/account/plain")
    expect(page).to_have_url("/sign-in/")


def test_without_javascript_a_wrong_password_is_refused_in_words(another_browser: Open) -> None:
    page = without_script(another_browser)

    asked = sign_in(page, "not the password at all")

    expect(page.get_by_role("alert")).to_contain_text("The username or password is not right.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Error: Sign In – CERS Business Portal")  # noqa: RUF001
    assert "cers_session" not in {cookie["name"] for cookie in page.context.cookies()}
    assert not any("not the password" in address for address in asked)


def test_without_javascript_whoever_mistyped_types_only_the_password_again(another_browser: Open) -> None:
    page = without_script(another_browser)
    sign_in(page, "not the password at all")

    expect(page.get_by_label("Username")).to_have_value("plainbrowser")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert "not the password" not in page.content()
    expect(page.get_by_role("alert").get_by_role("link", name="Reset my Password")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    expect(page).to_have_url("/account/plain")


def test_without_javascript_an_empty_field_is_named(another_browser: Open) -> None:
    page = without_script(another_browser)
    sign_in(page, "")

    expect(page.get_by_role("alert")).to_contain_text("Enter your password")
    expect(page.get_by_role("alert")).not_to_contain_text("Enter your username")
    expect(page.get_by_label("Password", exact=True)).to_have_accessible_description("Enter your password")
    expect(page.get_by_label("Username")).to_have_value("plainbrowser")


@pytest.mark.parametrize(("password", "where"), [(PASSWORD, "/account/"), ("wrong wrong wrong", "/sign-in/plain")])
def test_a_click_before_the_scripts_have_come_is_handled(another_browser: Open, password: str, where: str) -> None:
    page, held = with_late_script(another_browser)

    asked = sign_in(page, password)

    expect(page).to_have_url(where)
    assert held
    assert not any(password in address for address in asked)


def test_what_was_typed_before_the_scripts_came_is_kept(another_browser: Open) -> None:
    page, held = with_late_script(another_browser)
    page.goto("/sign-in/", wait_until="commit")
    page.get_by_label("Username").fill("plainbrowser")
    page.get_by_label("Password", exact=True).fill("wrong wrong wrong")
    for route in held:
        route.continue_()
    held.clear()
    page.unroute("**/*.js")
    expect(page.locator("[data-live=true]")).to_be_attached()

    expect(page.get_by_label("Username")).to_have_value("plainbrowser")
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    expect(page).to_have_url("/sign-in/")
