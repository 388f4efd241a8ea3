"""The event socket is opened before the scripts have come, and they use it: one a page, with a token nobody guesses."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, WebSocket, expect

from cers_app.values import addresses

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def sockets_of(page: Page) -> list[str]:
    """Where the page's event sockets are opened, from now on."""
    opened: list[str] = []

    def note(socket: WebSocket) -> None:
        opened.append(socket.url)

    page.on("websocket", note)
    return opened


def test_a_page_opens_one_socket_and_its_token_comes_from_a_good_generator(page: Page) -> None:
    opened = sockets_of(page)
    page.add_init_script("Math.random = () => 0.5")
    page.goto(addresses.SIGN_IN)
    expect(page.locator("[data-live=true]")).to_be_attached()

    assert len(opened) == 1, opened
    (token,) = parse_qs(urlsplit(opened[0]).query)["token"]
    assert UUID.fullmatch(token), token


def test_a_page_that_is_left_and_come_back_to_is_live_again(page: Page) -> None:
    opened = sockets_of(page)
    for path in (addresses.SIGN_IN, addresses.RESET_PASSWORD, addresses.SIGN_IN):
        page.goto(path)
        expect(page.locator("[data-live=true]")).to_be_attached()

    assert len(opened) == 3, opened
    assert len({parse_qs(urlsplit(url).query)["token"][0] for url in opened}) == 1, "one tab, one state"


def test_without_a_good_generator_the_page_is_live_all_the_same(page: Page) -> None:
    opened = sockets_of(page)
    page.add_init_script("delete Crypto.prototype.randomUUID")
    page.goto(addresses.SIGN_IN)
    expect(page.locator("[data-live=true]")).to_be_attached()

    assert len(opened) == 1, opened


def test_scripts_are_asked_for_once_the_page_is_painted(page: Page) -> None:
    # On a machine that is busy they would come without a paint after half a second.
    page.add_init_script("const wait = setTimeout; globalThis.setTimeout = (go, ms) => ms === 500 ? 0 : wait(go, ms)")
    page.goto(addresses.SIGN_IN)
    expect(page.locator("[data-live=true]")).to_be_attached()

    painted, scripts = page.evaluate(
        """() => [performance.getEntriesByName("first-paint")[0].startTime,
                  performance.getEntriesByType("resource").filter((each) => each.name.endsWith(".js"))
                    .map((each) => [each.name, each.startTime])]"""
    )

    assert len(scripts) >= 5
    assert [name for name, began in scripts if began < painted] == []


def test_a_page_in_the_background_which_is_not_painted_gets_its_scripts(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(document, 'hidden', {get: () => true}); globalThis.requestAnimationFrame = () => 0;"
    )
    page.goto(addresses.SIGN_IN)

    page.wait_for_function("() => globalThis.__reactRouterRouteModules", polling=100)
