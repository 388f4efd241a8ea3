"""Pages live with what browsers, translators, password managers and mail programs do to them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from cers_app.values.masking import mask
from tests.support.journeys import mailed_link
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.wire import browse, request

Open = Callable[..., BrowserContext]
REFUSED = """for (const name of ["sessionStorage", "localStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
}"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
MANAGER = """addEventListener("DOMContentLoaded", () => {
    const values = { username: "managed", identifier: "managed",
        email: "m@example.com", "current-password": "PASSWORD" };
    for (const box of document.querySelectorAll("input:not([type=hidden])")) {
        box.insertAdjacentHTML("afterend", "<span data-icon></span>");
        if (!(box.id in values)) continue;
        box.value = values[box.id];
        for (const type of ["input", "change"]) box.dispatchEvent(new Event(type, { bubbles: true }));
    }
});""".replace("PASSWORD", PASSWORD)
TRANSLATOR = """addEventListener("DOMContentLoaded", () => {
    const translate = () => {
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
        while (texts.nextNode()) found.push(texts.currentNode);
        for (const text of found) {
            const parent = text.parentElement;
            if (!/[a-z]/i.test(text.data) || parent.closest("script, style, font")) continue;
            const outer = document.createElement("font"), inner = document.createElement("font");
            inner.textContent = `\u00ab${text.data}\u00bb`;
            outer.append(inner);
            text.replaceWith(outer);
        }
    };
    setTimeout(() => {
        translate();
        new MutationObserver(translate).observe(document.body, { childList: true, subtree: true, characterData: true });
    }, 2000);
});"""


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


@pytest.mark.parametrize("script", [REFUSED, FULL], ids=["refused", "full"])
def test_where_nothing_can_be_stored_both_journeys_and_signing_in_work(
    portal: Portal, another_browser: Open, script: str
) -> None:
    name = f"nostorage{len(script)}"
    portal.create_account(name)
    context = another_browser()
    context.add_init_script(script)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))

    ask(live(page, "/reset-password/"), name)
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    ask(live(page, "/recover-username/"), f"{name}@example.com")
    expect(page.get_by_text(mask(f"{name}@example.com"))).to_be_visible()
    live(page, "/sign-in/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("definition").filter(has_text=name).first).to_be_visible()
    assert broken == []


def test_where_the_browser_keeps_no_cookies_the_page_says_so(portal: Portal, another_browser: Open) -> None:
    context = another_browser()
    context.add_init_script("Object.defineProperty(navigator, 'cookieEnabled', { get: () => false })")
    expect(live(context.new_page(), "/sign-in/").locator("#cookies-refused")).to_be_visible()
    expect(live(another_browser().new_page(), "/sign-in/").locator("#cookies-refused")).to_be_hidden()

    own = {"sec-fetch-site": "same-origin"}
    for path, page in (("/session", "/sign-in/"), ("/reset-password/", "/reset-password/")):
        answer = request(portal.url, "POST", path, None, own, {"username": "a", "password": "b"})
        assert answer.location == f"{page}#no-cookies"
        assert request(portal.url, "POST", path, browse(portal.url), own, {}).location != answer.location


@pytest.mark.parametrize("path", ["/sign-in/", "/reset-password/", "/recover-username/"])
def test_what_a_password_manager_filled_in_stands_in_the_live_page(
    portal: Portal, another_browser: Open, path: str
) -> None:
    if path == "/sign-in/":
        portal.create_account("managed")
    context = another_browser()
    context.add_init_script(MANAGER)
    page = live(context.new_page(), path)
    page.wait_for_timeout(1000)

    first = page.locator("main input:visible").first
    expect(first).to_have_value("m@example.com" if "recover" in path else "managed")
    if path == "/sign-in/":
        page.locator("button.primary").click()
        expect(page).to_have_url("/account/")


def test_a_translated_page_tells_the_truth_and_reaches_the_confirmation(portal: Portal, another_browser: Open) -> None:
    portal.create_account("translated")
    context = another_browser()
    context.add_init_script(TRANSLATOR)
    page = live(context.new_page(), "/reset-password/")
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    expect(page.locator("h1 font").first).to_be_attached()
    page.locator("button.primary").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your username")
    ask(page, "translated", "WRONGX")
    expect(page.get_by_role("alert")).to_contain_text("did not match the picture")
    expect(page.get_by_role("alert")).not_to_contain_text("Enter your username")
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("[role=status] font").filter(has_text="New verification characters").first).to_be_attached()
    ask(page, "translated")

    expect(page).to_have_url("/reset-password/sent/")
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    portal.inbox.wait("translated@example.com")
    assert not broken, "the page never had to begin again"


def test_a_page_whose_next_part_is_gone_since_an_update_still_confirms(portal: Portal, another_browser: Open) -> None:
    portal.create_account("updated")
    page = live(another_browser().new_page(), "/reset-password/")
    gone: list[str] = []

    def once(route: Route) -> None:
        gone.append(route.request.url)
        route.fulfill(status=404) if len(gone) == 1 else route.continue_()

    page.route("**/assets/*sent*.js", once)
    ask(page, "updated")

    expect(page).to_have_url("/reset-password/sent/")
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()
    assert gone, "the part was asked for"


def test_back_after_the_change_says_that_it_is_done(portal: Portal, another_browser: Open) -> None:
    portal.create_account("goesback")
    page = another_browser().new_page()
    live(page, mailed_link(portal, "goesback").link)
    page.get_by_label("New password").fill("seven quiet ferries at dawn")
    page.get_by_role("button", name="Change password").click()
    expect(page).to_have_url("/password-changed/")
    page.go_back()

    expect(page.locator("h1:visible")).to_have_text("Password changed")


def test_a_link_that_office_asks_for_is_left_to_the_browser(portal: Portal) -> None:
    portal.create_account("fromword")
    path = f"/r/{mailed_link(portal, 'fromword').token}"
    office = {"user-agent": "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"}
    answer = request(portal.url, path=path, headers=office)

    assert (answer.status, answer.location, answer.headers.get("set-cookie")) == (200, "", None)
    assert request(portal.url, path=path).location == "/reset-password/new/"
