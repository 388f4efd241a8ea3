"""Where no web socket gets through, a page is live all the same: it polls, and nobody has to know."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, WebSocketRoute, expect

from cers_app.values import addresses
from tests.support.bare_browsers import is_in, sign_in
from tests.support.page_objects import (
    AccountPage,
    ChangedPage,
    LeavingWatch,
    NewPasswordPage,
    RecoverPage,
    ResetPage,
    SentPage,
    SignInPage,
    UsernameSentPage,
    Watch,
)
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.wire import Jar

Open = Callable[..., BrowserContext]
NEW_PASSWORD = "nine slow barges at dusk"
LATER_MS = 5_000
"""A page with a WebSocket is live a second after it has loaded, where the machine is not busy: this makes 6 seconds."""
NOTE_BANNERS = """addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    globalThis.hadBanner ||= document.querySelector("[data-state=no-connection]") !== null;
}).observe(document, { childList: true, subtree: true }))"""
REFUSED = """globalThis.WebSocket = class extends WebSocket {
    constructor(to, protocols) { super(String(to).replace("/_event/", "/nowhere/"), protocols); }
}"""


def closed(page: Page) -> None:
    """A proxy accepts each web socket and closes it."""

    def close(socket: WebSocketRoute) -> None:
        socket.close()

    page.route_web_socket("**/_event/**", close)


def silent(page: Page) -> None:
    """A proxy accepts each web socket and passes nothing on."""

    def swallow(_socket: WebSocketRoute) -> None:
        """Connected to nothing."""

    page.route_web_socket("**/_event/**", swallow)


def refused(page: Page) -> None:
    """A proxy refuses each web socket."""
    page.add_init_script(REFUSED)


Way = Callable[[Page], None]
WAYS: list[Way] = [closed, silent, refused]


def polling(context: BrowserContext, way: Way = closed) -> Page:
    """A tab that gets no web socket, and sees each banner."""
    page = context.new_page()
    page.add_init_script(NOTE_BANNERS)
    way(page)
    return page


def expect_live(page: Page) -> None:
    """The page is live, and never said that it might not become so."""
    expect(page.locator("[data-live=true]")).to_be_attached()
    assert not page.evaluate("globalThis.hadBanner ?? false"), "it said that the connection does not work"


def with_cookies(context: BrowserContext, portal: Portal, jar: Jar) -> BrowserContext:
    """A browser with the cookies of a jar."""
    context.add_cookies([{"name": name, "value": value, "url": portal.url} for name, value in jar.values.items()])
    return context


@pytest.mark.parametrize(
    "path",
    [
        addresses.SIGN_IN,
        addresses.RECOVER_USERNAME,
        addresses.RESET_PASSWORD,
        addresses.ACCOUNT,
        addresses.CHANGE_PASSWORD,
    ],
)
def test_a_page_is_soon_live_without_a_web_socket(
    portal: Portal, another_browser: Open, say: Callable[[str], None], path: str
) -> None:
    cookies = Jar()
    if path.startswith(addresses.ACCOUNT):
        name = f"soonlive{len(path)}"
        portal.create_account(name)
        cookies = sign_in(portal, name)
    with_socket = live_after(with_cookies(another_browser(), portal, cookies).new_page(), path)
    for way in WAYS:
        context = with_cookies(another_browser(), portal, cookies)
        without = live_after(polling(context, way), path)
        context.close()

        say(f"{path} live {without:.0f} ms after it has loaded ({way.__name__}), with a socket {with_socket:.0f} ms")
        assert without < with_socket + LATER_MS, way.__name__


def live_after(page: Page, path: str) -> float:
    """The milliseconds from a page's load until it is live."""
    page.goto(path)
    expect_live(page)
    assert page.evaluate("location.pathname") == path
    took: float = page.evaluate("performance.now() - performance.getEntriesByType('navigation')[0].loadEventEnd")
    return took


def test_a_page_that_gets_a_web_socket_does_not_poll(another_browser: Open) -> None:
    page = another_browser().new_page()
    asked = polls_of(page)
    page.goto(addresses.RESET_PASSWORD)
    expect(page.locator("[data-live=true]")).to_be_attached()
    ResetPage(Watch(page)).refresh()

    assert asked == []


def polls_of(page: Page) -> list[str]:
    """The addresses of a page's polls, from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "transport=polling" in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


def test_a_password_is_reset_by_polling(portal: Portal, another_browser: Open) -> None:
    portal.create_account("pollreset")
    page = polling(another_browser())
    polls = polls_of(page)
    page.goto(addresses.RESET_PASSWORD)
    expect_live(page)
    asking = ResetPage(LeavingWatch(page))
    before = asking.expect_picture()
    asking.refresh()
    asking.expect_other_picture(before)
    asking.ask("pollreset", "WRONGX")
    asking.expect_problem("did not match")
    asking.ask("pollreset", CHARACTERS)
    SentPage(asking.watch).expect_shown()

    new = NewPasswordPage(asking.watch)
    new.open_link(portal.inbox.wait("pollreset@example.com").link)
    expect_live(page)
    new.change("short")
    new.expect_problem("15 characters")
    new.change(NEW_PASSWORD)
    ChangedPage(asking.watch).expect_shown()
    assert is_in(portal, sign_in(portal, "pollreset", NEW_PASSWORD))
    assert len(polls) > 10


def test_a_username_is_recovered_by_polling_without_reading_a_picture(portal: Portal, another_browser: Open) -> None:
    portal.create_account("pollprover")
    page = polling(another_browser())
    page.goto(addresses.RECOVER_USERNAME)
    expect_live(page)
    asking = RecoverPage(Watch(page))
    asking.identifier.fill("pollprover@example.com")
    page.get_by_role("button", name="Verify another way").click()
    expect(page.locator("input[name=altcha]")).not_to_have_value("")
    asking.next()

    UsernameSentPage(asking.watch).expect_shown()
    assert "pollprover" in portal.inbox.wait("pollprover@example.com").text


def test_somebody_signs_in_and_changes_the_password_by_polling(portal: Portal, another_browser: Open) -> None:
    portal.create_account("pollperson")
    page = polling(another_browser())
    signing_in = SignInPage(LeavingWatch(page))
    page.goto(addresses.SIGN_IN)
    expect_live(page)
    signing_in.sign_in("pollperson", "not the password")
    signing_in.expect_problem("is incorrect")
    signing_in.sign_in("pollperson", PASSWORD)

    account = AccountPage(signing_in.watch)
    account.expect_of("pollperson")
    changing = account.change_password()
    expect_live(page)
    changing.change("not the password", NEW_PASSWORD)
    changing.expect_problem("is incorrect")
    changing.change(PASSWORD, NEW_PASSWORD)
    ChangedPage(account.watch).expect_shown()
    assert is_in(portal, sign_in(portal, "pollperson", NEW_PASSWORD))


def test_a_page_connects_again_by_itself_when_somebody_signs_in_and_out_in_another_tab(
    portal: Portal, another_browser: Open
) -> None:
    portal.create_account("othertab")
    context = another_browser()
    page = polling(context)
    polls = polls_of(page)
    page.goto(addresses.RESET_PASSWORD)
    expect_live(page)

    def begun() -> int:
        return len([url for url in polls if "&sid=" not in url])

    other = SignInPage(Watch(context.new_page()))
    other.open()
    with page.expect_request(lambda request: "transport=polling" in request.url and "&sid=" not in request.url):
        other.sign_in("othertab", PASSWORD)
        AccountPage(other.watch).expect_of("othertab")
    expect_live(page)
    assert begun() == 2
    asking = ResetPage(Watch(page))
    before = asking.expect_picture()
    asking.refresh()
    asking.expect_other_picture(before)

    page.goto(addresses.ACCOUNT)
    expect_live(page)
    with page.expect_request(lambda request: "transport=polling" in request.url and "&sid=" not in request.url):
        AccountPage(other.watch).sign_out()
        other.expect_shown()
    expect(page).to_have_url(addresses.SIGN_IN)
    expect(page.get_by_role("definition")).to_have_count(0)
    expect_live(page)
