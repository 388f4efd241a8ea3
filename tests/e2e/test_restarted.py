"""The server restarts with an empty memory while people type: nothing they typed is lost, and each press counts."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.portal import PASSWORD, Portal
from tests.support.ports import free_port
from tests.support.walk import NEW, NEWEST, Walk

Open = Callable[..., BrowserContext]
CHALLENGE = "input[name=challenge]"


def typing(walk: Walk, path: str, **values: str) -> Walk:
    """Somebody types on a page."""
    walk.go(path)
    walk.fill(**values)
    return walk


def challenge_of(page: Page) -> str:
    """The challenge that a live page names. Beside other pages of its kind it may know none."""
    return page.locator(CHALLENGE).input_value()


def beside(walk: Walk, context: BrowserContext) -> Walk:
    """The same person in another tab or browser."""
    other = Walk.__new__(Walk)
    other.portal, other.name, other.address = walk.portal, walk.name, walk.address
    other.page = context.new_page()
    return other


def test_what_is_typed_during_a_restart_stays_and_counts(portal: Portal, another_browser: Open, tmp_path: Path) -> None:
    assert portal.url, "the pages are built"
    port = free_port(neighbors=1)
    with portals.running(tmp_path, port=port) as first:
        visitor, owner, guest = (another_browser(base_url=first.url) for _ in range(3))
        walk = Walk(first, visitor.new_page(), "restarted")
        walk.go(addresses.RESET_PASSWORD)
        walk.fill(identifier=walk.name)
        walk.ask()
        walk.says("the email address on file")
        token = walk.token(1)
        forgetful = typing(beside(walk, visitor), addresses.RECOVER_USERNAME, email=walk.address)
        resetting = typing(beside(walk, visitor), addresses.RESET_PASSWORD, identifier=walk.name)
        signing_in = typing(beside(walk, guest), addresses.SIGN_IN, username=walk.name, current_password=NEW)
        choosing = typing(beside(walk, visitor), f"/r/{token}", new_password=NEW)
        changing = beside(walk, owner)
        changing.sign_in(PASSWORD)
        typing(changing, addresses.CHANGE_PASSWORD, current_password=PASSWORD, new_password=NEWEST)
        former = {page: challenge_of(page) for page in (forgetful.page, resetting.page)}
    with portals.running(tmp_path, port=port):
        for each in (forgetful, resetting, signing_in, choosing, changing):
            expect(each.page.locator("[data-state=no-connection]")).to_have_count(0)
        for page in [page for page, before in former.items() if before]:
            # The picture changes, which empties the box for its characters.
            expect(page.locator(CHALLENGE)).not_to_have_value(former[page])
            expect(page.locator("[data-live=true]")).to_be_attached()
        forgetful.expect_box("email", walk.address)
        forgetful.ask()
        expect(forgetful.page).to_have_url(addresses.USERNAME_SENT)
        resetting.expect_box("identifier", walk.name)
        resetting.ask()
        expect(resetting.page).to_have_url(addresses.LINK_SENT)
        changing.expect_box("new-password", NEWEST)
        choosing.expect_box("new-password", NEW)
        choosing.press("Change password")
        expect(choosing.page).to_have_url(addresses.PASSWORD_CHANGED)
        signing_in.expect_box("current-password", NEW)
        signing_in.press("Sign In")
        expect(signing_in.page).to_have_url(addresses.ACCOUNT)
        changing.press("Change password")
        expect(changing.page.locator("main")).to_contain_text("You are signed out", use_inner_text=True)
