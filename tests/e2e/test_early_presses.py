"""Next is pressed while the page connects: the server knows already which picture the tab has, the page does not."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from cers_app.values import addresses
from tests.support.journeys import mailed_link
from tests.support.page_objects import NewPasswordPage, ResetPage, SentPage, Watch
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.waiting import PATIENCE_SECONDS

CONNECTED = re.compile("^40/_event")
TOLD = re.compile(r"challenge_rx_state_\W+[0-9a-f]{32}")
"""The update that names the tab's picture."""


class HeldBack:
    """Passes on what the server says until a message matches; that one and all later ones wait."""

    def __init__(self, page: Page, first: re.Pattern[str]) -> None:
        self._page, self._first, self._waiting = page, first, list[Callable[[], None]]()
        self._said: list[str] = []
        page.route_web_socket("**/_event/**", self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        def receive(message: str | bytes) -> None:
            self._said.append(str(message))
            if self._waiting or self._first.search(str(message)):
                self._waiting.append(lambda: socket.send(message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(receive)

    def wait_for(self, words: re.Pattern[str]) -> None:
        """Until the server has said this, whether it was passed on or not."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while not any(words.search(message) for message in self._said):
            assert time.monotonic() < limit, self._said
            self._page.wait_for_timeout(20)

    def let_go(self) -> None:
        """Pass on what has waited, and all that comes."""
        self._first = re.compile("(?!)")
        while self._waiting:
            self._waiting.pop(0)()


@pytest.mark.parametrize(("held", "name"), [(CONNECTED, "soonnatively"), (TOLD, "soonbyevent")])
def test_next_counts_before_the_page_has_heard_which_picture_it_shows(
    portal: Portal, another_browser: Callable[..., BrowserContext], held: re.Pattern[str], name: str
) -> None:
    portal.create_account(name)
    page = ResetPage(Watch(another_browser().new_page()))
    server = HeldBack(page.page, held)
    page.page.goto(page.PATH)
    server.wait_for(TOLD)

    page.ask(name, CHARACTERS)
    if held is TOLD:
        server.let_go()

    expect(page.page).to_have_url(f"{portal.url}{addresses.LINK_SENT}")
    portal.inbox.wait(f"{name}@example.com")


def test_what_is_typed_while_a_page_loads_once_more_stays_and_counts(
    portal: Portal, another_browser: Callable[..., BrowserContext]
) -> None:
    portal.create_account("soonagain")
    page = ResetPage(Watch(another_browser().new_page()))
    page.open()
    page.ask("soonagain", "WRONGX")
    page.expect_problem("did not match")
    server = HeldBack(page.page, CONNECTED)
    page.page.reload()
    page.expect_picture()
    page.identifier.fill("soonagain")
    page.symbols.fill(CHARACTERS)
    server.wait_for(TOLD)
    server.let_go()

    expect(page.page.locator("[data-live=true]")).to_be_attached()
    expect(page.symbols).to_have_value(CHARACTERS)
    page.next()
    expect(page.page).to_have_url(f"{portal.url}{addresses.LINK_SENT}")


def test_characters_typed_before_a_page_inside_the_portal_hears_of_its_picture_stay(
    another_browser: Callable[..., BrowserContext],
) -> None:
    page = ResetPage(Watch(another_browser().new_page()))
    server = HeldBack(page.page, TOLD)
    page.page.goto(addresses.FORGOT)
    expect(page.page.locator("[data-live=true]")).to_be_attached()
    page.page.get_by_role("link", name="Reset my Password").click()
    page.expect_picture()
    page.symbols.fill(CHARACTERS)
    server.wait_for(TOLD)
    server.let_go()

    page.expect_challenge()
    expect(page.symbols).to_have_value(CHARACTERS)


def test_a_password_typed_while_a_second_link_connects_stays_though_the_first_was_dead(
    portal: Portal, another_browser: Callable[..., BrowserContext]
) -> None:
    portal.create_account("secondlink")
    token = mailed_link(portal, "secondlink").token
    page = NewPasswordPage(Watch(another_browser().new_page()))
    page.open_link("/r/not-complete")
    page.expect_unusable("Copy the whole link from the email", "This link is not complete")
    server = HeldBack(page.page, CONNECTED)
    page.open_link(f"/r/{token}")
    page.password.fill(PASSWORD)
    server.wait_for(re.compile("secondlink"))
    server.let_go()

    page.expect_for("secondlink")
    expect(page.password).to_have_value(PASSWORD)


def test_characters_typed_while_a_page_loads_once_more_stay_though_the_other_way_was_open(
    another_browser: Callable[..., BrowserContext],
) -> None:
    page = ResetPage(Watch(another_browser().new_page()))
    page.open()
    page.page.get_by_role("button", name="Verify another way").click()
    expect(page.page.get_by_role("button", name="Use the characters instead")).to_be_visible()
    server = HeldBack(page.page, CONNECTED)
    page.page.reload()
    page.expect_picture()
    page.symbols.fill(CHARACTERS)
    server.wait_for(re.compile("is_hydrated_rx_state_[^,]*true"))
    server.let_go()

    expect(page.page.locator("[data-live=true]")).to_be_attached()
    expect(page.symbols).to_have_value(CHARACTERS)


def test_an_earlier_name_comes_back_into_an_empty_box_and_not_into_one_that_is_being_filled(
    another_browser: Callable[..., BrowserContext],
) -> None:
    page = ResetPage(Watch(another_browser().new_page()))
    page.open()
    page.ask("earliername", CHARACTERS)
    SentPage(page.watch).expect_shown()
    expect(page.page.get_by_text("You can send it again")).to_be_visible()
    server = HeldBack(page.page, CONNECTED)
    page.page.goto(page.PATH)
    page.expect_picture()
    expect(page.identifier).to_have_value("earliername")
    page.identifier.fill("another")
    server.wait_for(re.compile("challenge_rx_state_"))
    server.let_go()
    expect(page.page.locator("[data-live=true]")).to_be_attached()
    expect(page.identifier).to_have_value("another")

    page.open()
    expect(page.identifier).to_have_value("earliername")


FILLED_ONCE = """addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("main input:not([type=hidden])")) {
        const around = document.createElement("span");
        box.replaceWith(around);
        around.append(box);
        box.value = "filled in once";
    }
});"""


@pytest.mark.parametrize("path", [addresses.SIGN_IN, addresses.RECOVER_USERNAME, addresses.RESET_PASSWORD])
def test_what_was_filled_in_once_stays_though_the_page_is_built_again(
    another_browser: Callable[..., BrowserContext], path: str
) -> None:
    context = another_browser()
    context.add_init_script(FILLED_ONCE)
    page = context.new_page()
    page.goto(path)
    boxes = page.locator("main form[method=post] input:visible")
    expect(page.locator("[data-live=true]")).to_be_attached()

    assert boxes.count()
    for box in boxes.all():
        expect(box).to_have_value("filled in once")


def test_a_press_before_the_page_is_live_waits_for_the_state_though_the_socket_is_connected(
    portal: Portal, another_browser: Callable[..., BrowserContext]
) -> None:
    """The State's `load` may come after an event that arrives with the hydration, and would clear its answer."""
    page, said = another_browser().new_page(), list[str]()

    def listen(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def send(message: str | bytes) -> None:
            said.append(str(message))
            if not CONNECTED.search(str(message)):
                server.send(message)
                return
            socket.send('40/_event,{"sid":"soon"}')
            held.append(lambda: server.send(message))

        socket.on_message(send)
        server.on_message(lambda answer: None if CONNECTED.search(str(answer)) else socket.send(answer))

    held = list[Callable[[], None]]()
    page.route_web_socket("**/_event/**", listen)
    page.goto(addresses.SIGN_IN)
    expect(page.get_by_role("button", name="Show password")).to_be_visible()
    while not held:
        page.wait_for_timeout(20)
    page.get_by_label("Username").fill("nobodysoon")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign In").click()
    page.wait_for_timeout(100)
    assert not [message for message in said if "submit" in message]

    held.pop()()
    expect(page.get_by_role("alert")).to_contain_text("The username or password you entered is incorrect")
    expect(page).to_have_url(f"{portal.url}{addresses.SIGN_IN}")


def test_two_tabs_that_asked_for_one_name_before_they_were_live_both_show_what_they_asked(
    portal: Portal, another_browser: Callable[..., BrowserContext]
) -> None:
    portal.create_account("sidebyside")
    context = another_browser()
    context.route("**/*.js", lambda route: route.abort())
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(addresses.RESET_PASSWORD)
        tab.get_by_label("Username or Email Address").fill("sidebyside")
        tab.get_by_label("Input symbols").fill(CHARACTERS)
    for tab in tabs:
        tab.get_by_role("button", name="Next").click()
        expect(tab).to_have_url(addresses.LINK_SENT)

    context.unroute_all()
    for tab in tabs:
        tab.reload()
        expect(tab.locator("[data-state=reference]")).to_be_visible()
        expect(tab).to_have_url(addresses.LINK_SENT)
