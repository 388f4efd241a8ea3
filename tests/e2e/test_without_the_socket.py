"""Both requests and the reset, where scripts do not run, have not come yet, or get no socket: by native posts."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, WebSocketRoute, expect

from cers_app.values import addresses
from tests.support.bare_browsers import is_in, sign_in
from tests.support.portal import CHARACTERS, Portal
from tests.support.waiting import eventually

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


Way = Callable[[Open], Page]
WAYS: list[Way] = [without_script, with_late_script]
EVERY_WAY = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def name_of(way: Way, begin: str) -> str:
    """A username of this test's own."""
    return f"{begin}{WAYS.index(way)}"


@EVERY_WAY
def test_a_username_is_recovered(portal: Portal, another_browser: Open, way: Way) -> None:
    name = name_of(way, "plainrecover")
    portal.create_account(name)
    page = way(another_browser)
    page.goto(addresses.RECOVER_USERNAME, wait_until="commit")
    page.get_by_label("Email Address").fill(f"{name}@example.com")
    page.get_by_label("Input symbols").fill("wrong")
    page.get_by_role("button", name="Next").click()

    expect(page.locator(":target")).to_contain_text("did not match")
    expect(page).to_have_url(f"{addresses.RECOVER_USERNAME}#wrong-characters")
    expect(page.get_by_label("Input symbols")).to_have_value("")
    expect(page.get_by_role("button", name="Verify another way")).to_be_hidden()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Play audio").click()
    expect(opened.value.locator("video, audio")).to_be_attached()
    opened.value.close()
    if way is without_script:
        page.get_by_label("Email Address").fill(f"{name}@example.com")
    expect(page.get_by_label("Email Address")).to_have_value(f"{name}@example.com")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_role("button", name="Next").click()

    expect(page).to_have_url(addresses.USERNAME_SENT)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    expect(page.get_by_text("Your username was sent to the email address you entered.")).to_be_visible()
    assert name in portal.inbox.wait(f"{name}@example.com").text


@EVERY_WAY
def test_a_password_is_reset_from_asking_to_signing_in(portal: Portal, another_browser: Open, way: Way) -> None:
    name = name_of(way, "plainreset")
    portal.create_account(name)
    page = way(another_browser)
    page.goto(addresses.RESET_PASSWORD, wait_until="commit")
    page.get_by_label("Username or Email Address").fill(name)
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_label("Input symbols").press("Enter")
    expect(page.get_by_text("An email will be sent to the email address on file for that account")).to_be_visible()

    link = portal.inbox.wait(f"{name}@example.com").link
    page.goto(link, wait_until="commit")
    expect(page.locator("h1:visible")).to_have_text("Choose a new password")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(":target")).to_contain_text("Password must be 15 characters or more")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Password changed")
    assert NEW_PASSWORD not in page.content()
    assert is_in(portal, sign_in(portal, name, NEW_PASSWORD))
    page.goto(link, wait_until="commit")
    expect(page).to_have_url(f"{addresses.NEW_PASSWORD}#used")
    expect(page.locator("h1:visible")).to_have_text("This link was already used")
    page.get_by_role("button", name="Send a new link").click()
    expect(page).to_have_url(f"{addresses.NEW_PASSWORD}#sent")
    expect(page.locator("h1:visible")).to_have_text("Check your email")
    portal.inbox.wait(f"{name}@example.com", 2, "Password Reset")


@EVERY_WAY
def test_refresh_shows_another_picture(portal: Portal, another_browser: Open, way: Way) -> None:
    page, pictures = way(another_browser), list[str]()
    # Each picture that a page asks for by its name is another one.
    page.on("response", lambda answer: pictures.append(answer.url) if answer.url.endswith(".png") else None)
    page.goto(addresses.RESET_PASSWORD)
    page.get_by_label("Username or Email Address").fill("somebody")
    page.get_by_role("button", name="Refresh").click()
    page.wait_for_load_state()

    eventually(lambda: len(pictures) > 1, lambda: f"{len(pictures)} pictures")
    expect(page.get_by_label("Username or Email Address")).to_have_value("" if way is without_script else "somebody")
    assert page.url == f"{portal.url}{addresses.RESET_PASSWORD}"


def test_a_page_that_becomes_live_says_what_this_tab_asked_for_by_native_post(
    portal: Portal, another_browser: Open
) -> None:
    portal.create_account("nativeasker")
    context = another_browser()
    page, other = context.new_page(), context.new_page()
    page.route("**/*.js", lambda _route: None)
    page.goto(addresses.RESET_PASSWORD, wait_until="commit")
    page.get_by_label("Username or Email Address").fill("NativeAsker@example.com ")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(addresses.LINK_SENT)
    other.goto(addresses.LINK_SENT)
    expect(other.locator("[data-live=true]")).to_be_attached()
    expect(other.get_by_text("on file for that account")).to_be_visible()
    page.unroute("**/*.js")
    page.reload()

    expect(page.get_by_text("na*******er@example.com")).to_be_visible()
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()
    expect(other.get_by_text("na*******er@example.com")).to_be_hidden()
    other.reload()
    expect(other).to_have_url(addresses.RESET_PASSWORD)
    expect(other.get_by_label("Username or Email Address")).to_have_value("")


def test_the_page_says_so_when_it_gets_no_socket_and_no_poll(another_browser: Open) -> None:
    page = without_socket(another_browser)
    page.route("**/_event/**", lambda route: route.abort())
    page.goto(addresses.RECOVER_USERNAME)

    expect(page.get_by_text("Your network limits this page")).to_be_visible()


def test_characters_typed_before_the_scripts_came_count(portal: Portal, another_browser: Open) -> None:
    portal.create_account("earlytyper")
    page, held = another_browser().new_page(), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*.js", hold)
    page.goto(addresses.RESET_PASSWORD, wait_until="commit")
    page.get_by_label("Username or Email Address").fill("earlytyper")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    for route in held:
        route.continue_()
    page.unroute("**/*.js")
    expect(page.locator("[data-live=true]")).to_be_attached()
    expect(page.get_by_label("Input symbols")).to_have_value(CHARACTERS)
    page.get_by_role("button", name="Next").click()

    expect(page).to_have_url(addresses.LINK_SENT)
    portal.inbox.wait("earlytyper@example.com")


def test_two_tabs_have_a_challenge_each(portal: Portal, another_browser: Open) -> None:
    for name in ("firsttab", "secondtab"):
        portal.create_account(name)
    context = another_browser()
    tabs = {name: context.new_page() for name in ("firsttab", "secondtab")}
    for page in tabs.values():
        page.goto(addresses.RESET_PASSWORD)
        expect(page.locator("[data-live=true]")).to_be_attached()
    for name, page in tabs.items():
        page.get_by_label("Username or Email Address").fill(name)
        page.get_by_label("Input symbols").fill(CHARACTERS)
        page.get_by_role("button", name="Next").click()
        expect(page).to_have_url(addresses.LINK_SENT)
        portal.inbox.wait(f"{name}@example.com")


def test_a_press_before_a_slow_phone_has_run_the_scripts_counts(portal: Portal, another_browser: Open) -> None:
    portal.create_account("slowphone")
    page = another_browser(viewport={"width": 412, "height": 823}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    on_their_way: list[Route] = []

    def hold(route: Route) -> None:
        on_their_way.append(route)

    page.route("**/*.js", hold)
    page.goto(addresses.RESET_PASSWORD, wait_until="commit")
    page.get_by_label("Username or Email Address").fill("slowphone")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Next").click()
    with suppress(Error):  # the page they belong to may be gone
        for route in on_their_way:
            route.continue_()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    portal.inbox.wait("slowphone@example.com")


SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1.44e6 / 8, "uploadThroughput": 0.675e6 / 8}
