"""Both requests and the reset, where scripts do not run, have not come yet, or get no socket: by native posts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute, expect

from cers_app.verification_services import QA_DIGITS
from tests.portal import CHARACTERS, Portal
from tests.security.browsers import is_in, sign_in

Open = Callable[..., BrowserContext]
NEW_PASSWORD = "seven quiet ferries at dawn"


def without_script(another_browser: Open) -> Page:
    """JavaScript is switched off."""
    return another_browser(java_script_enabled=False).new_page()


def with_late_script(another_browser: Open) -> Page:
    """The scripts never come."""
    page = another_browser().new_page()

    def hold(_route: Route) -> None:
        """Neither answered nor refused."""

    page.route("**/*.js", hold)
    return page


def without_socket(another_browser: Open) -> Page:
    """Scripts run, and a proxy closes every web socket."""
    page = another_browser().new_page()

    def close(socket: WebSocketRoute) -> None:
        socket.close()

    page.route_web_socket("**/_event/**", close)
    return page


def with_silent_socket(another_browser: Open) -> Page:
    """Scripts run, and nothing that goes through the web socket is ever answered."""
    page = another_browser().new_page()

    def swallow(_socket: WebSocketRoute) -> None:
        """Connected to nothing."""

    page.route_web_socket("**/_event/**", swallow)
    return page


Way = Callable[[Open], Page]
WAYS: list[Way] = [without_script, with_late_script, without_socket, with_silent_socket]
EVERY_WAY = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def name_of(way: Way, begin: str) -> str:
    """A username of this test's own."""
    return f"{begin}{WAYS.index(way)}"


@EVERY_WAY
def test_a_username_is_recovered(portal: Portal, another_browser: Open, way: Way) -> None:
    name = name_of(way, "plainrecover")
    portal.create_account(name)
    page = way(another_browser)
    page.goto("/recover-username/", wait_until="commit")
    page.get_by_label("Email Address").fill(f"{name}@example.com")
    page.get_by_label("Input symbols").fill("wrong")
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("alert")).to_contain_text("did not match the picture")
    expect(page).to_have_title("Error: Recover my Username – CERS Business Portal")  # noqa: RUF001
    expect(page.get_by_label("Email Address")).to_have_value(f"{name}@example.com")
    expect(page.get_by_label("Input symbols")).to_have_value("")
    sound = page.request.get(str(page.get_by_role("link", name="Listen to digits").get_attribute("href")))
    assert sound.headers["content-type"] == "audio/wav"
    page.get_by_label("Input symbols").fill(QA_DIGITS)
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    expect(page.get_by_text("Your username was sent to the email address")).to_be_visible()
    assert name in portal.inbox.wait(f"{name}@example.com").text


@EVERY_WAY
def test_a_password_is_reset_from_asking_to_signing_in(portal: Portal, another_browser: Open, way: Way) -> None:
    name = name_of(way, "plainreset")
    portal.create_account(name)
    page = way(another_browser)
    page.goto("/reset-password/", wait_until="commit")
    page.get_by_label("Username or Email Address").fill(name)
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_label("Input symbols").press("Enter")
    expect(page.get_by_text("An email will be sent to the email address on file for that account")).to_be_visible()

    page.goto(portal.inbox.wait(f"{name}@example.com").link, wait_until="commit")
    if way is not without_script:  # else the page goes on by itself
        page.get_by_role("link", name="go on here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a new password")
    expect(page.get_by_text("For the CERS Account with username")).to_contain_text(name)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("Password must be 15 characters or more")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Password changed")
    assert is_in(portal, sign_in(portal, name, NEW_PASSWORD))
    page.goto("/reset-password/new/plain", wait_until="commit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Password changed")


@EVERY_WAY
def test_refresh_shows_another_picture_and_keeps_what_was_typed(
    portal: Portal, another_browser: Open, way: Way
) -> None:
    page = way(another_browser)
    page.goto("/reset-password/", wait_until="commit")
    page.get_by_label("Username or Email Address").fill("somebody")
    before = page.locator(".picture img").get_attribute("src")
    page.get_by_role("button", name="Refresh").click()

    expect(page.locator(".picture img")).not_to_have_attribute("src", str(before))
    expect(page.get_by_label("Username or Email Address")).to_have_value("somebody")
    assert portal.url in page.url


def test_the_page_says_so_when_it_gets_no_socket(another_browser: Open) -> None:
    page = without_socket(another_browser)
    page.goto("/recover-username/")

    expect(page.get_by_text("The live connection is not working")).to_be_visible()


def test_characters_typed_before_the_scripts_came_count(portal: Portal, another_browser: Open) -> None:
    portal.create_account("earlytyper")
    page, held = another_browser().new_page(), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*.js", hold)
    page.goto("/reset-password/", wait_until="commit")
    page.get_by_label("Username or Email Address").fill("earlytyper")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    for route in held:
        route.continue_()
    page.unroute("**/*.js")
    expect(page.locator("[data-live=true]")).to_be_attached()
    expect(page.get_by_label("Input symbols")).to_have_value(CHARACTERS)
    page.get_by_role("button", name="Next").click()

    expect(page).to_have_url("/reset-password/sent/")
    portal.inbox.wait("earlytyper@example.com")


def test_two_tabs_have_a_challenge_each(portal: Portal, another_browser: Open) -> None:
    for name in ("firsttab", "secondtab"):
        portal.create_account(name)
    context = another_browser()
    tabs = {name: context.new_page() for name in ("firsttab", "secondtab")}
    for page in tabs.values():
        page.goto("/reset-password/")
        expect(page.locator("[data-live=true]")).to_be_attached()
    for name, page in tabs.items():
        page.get_by_label("Username or Email Address").fill(name)
        page.get_by_label("Input symbols").fill(CHARACTERS)
        page.get_by_role("button", name="Next").click()
        expect(page).to_have_url("/reset-password/sent/")
        portal.inbox.wait(f"{name}@example.com")


def test_a_press_before_a_slow_phone_has_run_the_scripts_counts(portal: Portal, another_browser: Open) -> None:
    portal.create_account("slowphone")
    page = another_browser(viewport={"width": 412, "height": 823}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto("/reset-password/", wait_until="commit")
    page.get_by_label("Username or Email Address").fill("slowphone")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    assert page.locator("[data-live=true]").count() == 0, "the scripts have not run yet"
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    portal.inbox.wait("slowphone@example.com")


SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1.44e6 / 8, "uploadThroughput": 0.675e6 / 8}
