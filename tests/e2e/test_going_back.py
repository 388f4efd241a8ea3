"""Back after an end: the page says what is true now, nothing is sent twice, and no password is in any address."""

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import BrowserContext, Error, Request, Route, WebSocketRoute, expect

from cers_app.values import addresses
from tests.support.page_objects import ResetPage, SentPage, Watch
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.walk import Walk

Open = Callable[..., BrowserContext]
OTHER_VERSION = '42/_event,["state_mismatch",{"backend":"another","reload_cooldown_ms":0}]'


def test_back_after_each_end_says_the_truth_and_sends_nothing_twice(portal: Portal, another_browser: Open) -> None:
    walk, asked = Walk(portal, another_browser().new_page(), "backandforth"), list[Request]()
    page = walk.page
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - a built-in method is no listener
    walk.go(addresses.RESET_PASSWORD)
    walk.fill(identifier=walk.name)
    walk.ask()
    expect(page).to_have_url(addresses.LINK_SENT)
    page.go_back()
    expect(page).to_have_url(addresses.RESET_PASSWORD)
    walk.expect_live()
    walk.expect_box("identifier", walk.name)
    walk.expect_box("characters", "")
    page.go_forward()
    expect(page).to_have_url(addresses.RESET_PASSWORD)
    walk.sign_in(PASSWORD)
    page.go_back()
    expect(page).to_have_url(addresses.ACCOUNT)
    walk.says(walk.name)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(addresses.SIGNED_OUT)
    page.go_back()
    walk.expect_live()
    walk.expect_box("current-password", "")
    expect(page.locator("main")).not_to_contain_text(walk.name)

    posts = [request.url.removeprefix(portal.url) for request in asked if request.method == "POST"]
    assert posts == [addresses.SESSION, addresses.SIGN_OUT]
    assert not [request.url for request in asked if "password=" in request.url or "username=" in request.url]
    walk.token(1)
    assert len(portal.inbox.to(walk.address)) == 1


def test_a_page_somebody_types_on_is_not_loaded_again_for_another_version(
    portal: Portal, another_browser: Open
) -> None:
    walk, sockets = Walk(portal, another_browser().new_page(), "otherversion"), list[WebSocketRoute]()

    def listen(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    walk.page.route_web_socket("**/_event/**", listen)
    walk.go(addresses.RESET_PASSWORD)
    walk.page.evaluate("globalThis.isTheSame = true")
    walk.fill(identifier=walk.name)
    sockets[-1].send(OTHER_VERSION)
    walk.press("Next")
    walk.says("Enter the verification characters")
    walk.expect_box("identifier", walk.name)
    assert walk.page.evaluate("globalThis.isTheSame")

    walk.ask()
    walk.says("the email address on file")
    walk.page.evaluate("globalThis.isTheSame = true")
    sockets[-1].send(OTHER_VERSION)
    walk.press("Send it again")
    walk.says("Not yet. Check your inbox")
    assert walk.page.evaluate("globalThis.isTheSame")
    walk.go(addresses.RECOVER_USERNAME)
    walk.page.evaluate("globalThis.isTheSame = true")
    sockets[-1].send(OTHER_VERSION)
    walk.page.wait_for_function("!globalThis.isTheSame")
    walk.expect_live()


def test_back_before_the_scripts_came_shows_one_page_and_the_right_one(portal: Portal, another_browser: Open) -> None:
    portal.create_account("backquickly")
    page = ResetPage(Watch(another_browser().new_page()))
    page.open()
    page.ask("backquickly", CHARACTERS)
    SentPage(page.watch).expect_shown()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.page.route("**/*.js", hold)
    page.page.reload(wait_until="commit")
    SentPage(page.watch).expect_shown()

    page.page.evaluate("history.back()")

    expect(page.page.locator("h1")).to_have_text("Reset my Password")
    page.page.unroute_all(behavior="ignoreErrors")
    for route in held:
        with suppress(Error):  # the scripts of the page that was left
            route.continue_()
    expect(page.page.locator("[data-live=true]")).to_be_attached()
    expect(page.page.locator("main")).to_have_count(1)
    expect(page.identifier).to_have_value("backquickly")
