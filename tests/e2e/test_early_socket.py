"""The event socket is opened before the scripts have come, and they use it: one a page, with a token nobody guesses."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Page, Route, WebSocket, WebSocketRoute, expect

from cers_app.values import addresses

Open = Callable[..., BrowserContext]
HELLO = "40/_event,"
"""How a message begins with which a page asks for its State, and the answer that the server has heard it."""
UPDATE = '42/_event,["event",'
SCRIPTS = "**/assets/*.js"
SLOW = {"offline": False, "latency": 600, "downloadThroughput": -1, "uploadThroughput": -1}
FAST = "const now = performance.now; performance.now = () => document.body ? now.call(performance) : 0"
"""A page that comes fast, also on a machine that is busy."""

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


def scripts_of(page: Page) -> tuple[float, list[tuple[str, float]]]:
    """When the page was painted first, and when it asked for each script."""
    page.goto(addresses.SIGN_IN)
    expect(page.locator("[data-live=true]")).to_be_attached()
    painted, scripts = page.evaluate(
        """() => [performance.getEntriesByName("first-paint")[0].startTime,
                  performance.getEntriesByType("resource").filter((each) => each.name.endsWith(".js"))
                    .map((each) => [each.name, each.startTime])]"""
    )
    assert len(scripts) >= 5
    return painted, scripts


def test_scripts_are_asked_for_once_the_page_is_painted(page: Page) -> None:
    page.add_init_script(FAST)
    # On a machine that is busy they would come without a paint after half a second.
    page.add_init_script("const wait = setTimeout; globalThis.setTimeout = (go, ms) => ms === 500 ? 0 : wait(go, ms)")

    painted, scripts = scripts_of(page)

    assert [name for name, began in scripts if began < painted] == []


def test_on_a_slow_line_the_largest_script_is_asked_for_while_the_page_arrives(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)

    painted, scripts = scripts_of(page)

    assert ["/assets/app-" in name for name, began in scripts if began < painted] == [True]


def test_no_script_is_asked_for_twice(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scripts_of(page)
    page.get_by_role("link", name="Forgot your Username or Password?").click()
    expect(page).to_have_url(re.compile(addresses.FORGOT))

    assert sorted(asked) == sorted(set(asked))
    assert [url for url in asked if "/manifest-" in url] == []


def said_on(page: Page) -> list[str]:
    """What the page says on its event sockets, from now on."""
    said: list[str] = []

    def note(socket: WebSocket) -> None:
        socket.on("framesent", lambda message: said.append(str(message)))

    page.on("websocket", note)
    return said


def hellos(said: list[str]) -> list[dict[str, Any]]:
    """Each hello that a page has sent."""
    return [json.loads(each.partition(HELLO)[2]) for each in said if each.startswith(HELLO)]


def holding_scripts(page: Page) -> Callable[[], None]:
    """Hold the page's scripts back until the returned function is called."""
    held = list[Route]()
    page.route(SCRIPTS, lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in

    def let_go() -> None:
        page.unroute(SCRIPTS)
        while held:
            held.pop().continue_()

    return let_go


def test_a_page_says_the_hello_of_the_framework_before_its_scripts_have_come(another_browser: Open) -> None:
    page, path = another_browser().new_page(), f"{addresses.SIGN_IN}?a=1&b=2#not-recognized"
    said, let_go = said_on(page), holding_scripts(page)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda message: let_go() if UPDATE in str(message) else None)

    page.on("websocket", listen)
    page.goto(path, wait_until="commit")
    expect(page.locator("[data-live=true]")).to_be_attached()

    other = another_browser().new_page()
    said_by_framework = said_on(other)
    other.add_init_script("delete Crypto.prototype.randomUUID")
    other.goto(path)
    expect(other.locator("[data-live=true]")).to_be_attached()

    assert len(hellos(said)) == 1
    assert hellos(said) == hellos(said_by_framework)


def test_a_page_whose_early_socket_ends_before_its_scripts_have_come_opens_another(page: Page) -> None:
    sockets, let_go = list[WebSocketRoute](), holding_scripts(page)

    def pass_on(socket: WebSocketRoute) -> None:
        sockets.append(socket)

        def receive(message: str | bytes) -> None:
            socket.send(message)
            if len(sockets) == 1 and UPDATE in str(message):
                socket.close()
                let_go()

        socket.connect_to_server().on_message(receive)

    page.route_web_socket("**/_event/**", pass_on)
    page.goto(addresses.SIGN_IN, wait_until="commit")
    expect(page.locator("[data-live=true]")).to_be_attached()

    assert len(sockets) == 2


def test_a_page_in_the_background_which_is_not_painted_gets_its_scripts(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(document, 'hidden', {get: () => true}); globalThis.requestAnimationFrame = () => 0;"
    )
    page.goto(addresses.SIGN_IN)

    page.wait_for_function("() => globalThis.__reactRouterRouteModules", polling=100)
