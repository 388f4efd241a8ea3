"""Pages live with what browsers, translators, password managers and mail programs do to them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from cers_app.values import addresses
from tests.support.journeys import mailed_link
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import browse, request

Open = Callable[..., BrowserContext]
SEE_OTHER = 303


def live(page: Page, path: str) -> Page:
    """The page once it is live."""
    page.goto(path)
    expect(page.locator("[data-live=true]")).to_be_attached()
    return page


def ask(page: Page, name: str, characters: str = CHARACTERS) -> None:
    """Fill in and send the form."""
    page.get_by_role("textbox").first.fill(name)
    page.locator("#characters").fill(characters)
    page.locator("button.primary").click()


def test_where_the_browser_keeps_no_cookies_the_page_says_so(portal: Portal, another_browser: Open) -> None:
    context = another_browser()
    context.add_init_script("Object.defineProperty(navigator, 'cookieEnabled', { get: () => false })")
    expect(live(context.new_page(), addresses.SIGN_IN).locator("#cookies-refused")).to_be_visible()
    expect(live(another_browser().new_page(), addresses.SIGN_IN).locator("#cookies-refused")).to_be_hidden()

    own = {"sec-fetch-site": "same-origin"}
    for path, page in ((addresses.SESSION, addresses.SIGN_IN), (addresses.RESET_PASSWORD, addresses.RESET_PASSWORD)):
        answer = request(portal.url, "POST", path, None, own, {"username": "a", "password": "b"})
        assert answer.location == f"{page}#no-cookies"
        assert request(portal.url, "POST", path, browse(portal.url), own, {}).location != answer.location


@pytest.mark.parametrize(
    ("path", "link", "to"),
    [
        (addresses.SIGN_IN, "Forgot your Username or Password?", addresses.FORGOT),
        (addresses.FORGOT, "Recover my Username", addresses.RECOVER_USERNAME),
        (addresses.FORGOT, "Reset my Password", addresses.RESET_PASSWORD),
        (addresses.RESET_PASSWORD, "Cancel", addresses.SIGN_IN),
        (addresses.RESET_PASSWORD, "Accessibility", addresses.ACCESSIBILITY),
        ("/r/not-complete", "Ask for a new link", addresses.RESET_PASSWORD),
    ],
)
def test_a_link_leads_on_though_its_page_is_another_one_since_an_update(
    another_browser: Open, path: str, link: str, to: str
) -> None:
    page, gone = live(another_browser().new_page(), path), list[str]()

    def once(route: Route) -> None:
        gone.append(route.request.url)
        route.fulfill(status=404) if len(gone) == 1 else route.continue_()

    page.route("**/assets/*.js", once)
    page.get_by_role("link", name=link).first.click()

    expect(page).to_have_url(to)
    expect(page.locator("[data-live=true]")).to_be_attached()
    assert gone, "the part was asked for"


def test_a_page_whose_next_part_is_gone_since_an_update_still_confirms(portal: Portal, another_browser: Open) -> None:
    portal.create_account("updated")
    page = live(another_browser().new_page(), addresses.RESET_PASSWORD)
    gone: list[str] = []

    def once(route: Route) -> None:
        gone.append(route.request.url)
        route.fulfill(status=404) if len(gone) == 1 else route.continue_()

    page.route("**/assets/*sent*.js", once)
    ask(page, "updated")

    expect(page).to_have_url(addresses.LINK_SENT)
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()
    assert gone, "the part was asked for"


def test_back_after_the_change_says_that_it_is_done(portal: Portal, another_browser: Open) -> None:
    portal.create_account("goesback")
    page = another_browser().new_page()
    live(page, mailed_link(portal, "goesback").link)
    page.get_by_label("New password").fill("seven quiet ferries at dawn")
    page.get_by_role("button", name="Change password").click()
    expect(page).to_have_url(addresses.PASSWORD_CHANGED)
    page.go_back()

    expect(page.locator("h1:visible")).to_have_text("Password changed")


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; MSOffice 12)",
        "Microsoft Office/16.0 (Macintosh; Mac OS X 14.5; Microsoft Word 16.89.0)",
        "Microsoft Office Existence Discovery",
    ],
)
def test_a_link_that_office_asks_for_is_left_to_the_browser(portal: Portal, agent: str) -> None:
    name = f"fromword{len(agent)}"
    portal.create_account(name)
    path = f"/r/{mailed_link(portal, name).token}"
    answer = request(portal.url, path=path, headers={"user-agent": agent})

    assert (answer.status, answer.location, answer.headers.get("set-cookie")) == (200, "", None)
    assert request(portal.url, path=path).location == addresses.NEW_PASSWORD


def test_a_link_that_was_looked_at_before_works_for_the_person(portal: Portal, another_browser: Open) -> None:
    portal.create_account("scanned")
    link = mailed_link(portal, "scanned").link
    path = link.removeprefix(portal.url)
    for headers in (
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-purpose": "preview"},
        {"x-moz": "prefetch"},
        {"user-agent": "Mozilla/5.0 (compatible; SafeLinks)"},
    ):
        for method in ("HEAD", "GET"):
            assert request(portal.url, method, path, headers=headers).status == SEE_OTHER
    page = live(another_browser().new_page(), link)
    page.get_by_label("New password").fill("seven quiet ferries at dawn")
    page.get_by_role("button", name="Change password").click()

    expect(page).to_have_url(addresses.PASSWORD_CHANGED)
    assert request(portal.url, path=path).location == f"{addresses.NEW_PASSWORD}#used"
