"""Somebody used the link, or changed the password: the person is asked, and gets the account back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cers_app.values import addresses
from tests.support.bare_browsers import post
from tests.support.inbox import Received
from tests.support.journeys import change, mailed_link, new_password_socket, open_link
from tests.support.page_objects import NewPasswordPage, Watch
from tests.support.people import sign_in
from tests.support.portal import Portal
from tests.support.wire import browse

Open = Callable[..., BrowserContext]
THEIRS, OURS = "what the thief has chosen", "Blue kettle, nine o'clock train"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["live", "without scripts"])


def stolen(portal: Portal, username: str) -> Received:
    """A link that somebody else has used; the mail that it was in."""
    portal.create_account(username)
    mail = mailed_link(portal, username)
    socket, shown = new_password_socket(portal, open_link(portal, mail.token))
    with socket:
        assert change(socket, shown["link"], THEIRS)["stage"] == "changed"
    return mail


def not_me_of(portal: Portal, username: str) -> str:
    """The link in the mail about the changed password."""
    text = portal.inbox.wait(f"{username}@example.com", subject="Password Changed").text
    return text.partition("This was not me:\n")[2].partition("\n")[0]


def shown(page: Page, words: str) -> None:
    """Wait for a heading."""
    expect(page.get_by_role("heading", name=words).filter(visible=True)).to_be_visible()


def password_works(portal: Portal, username: str, password: str) -> bool:
    """Whether somebody can sign in."""
    form = {"username": username, "password": password}
    return post(portal, addresses.SESSION, browse(portal.url), form).location == addresses.ACCOUNT


@SCRIPTS
def test_a_used_link_asks_was_that_you_and_sends_a_new_link(
    portal: Portal, another_browser: Open, *, scripts: bool
) -> None:
    name = f"usedlink{int(scripts)}"
    mail = stolen(portal, name)
    page = another_browser(java_script_enabled=scripts).new_page()
    page.goto(mail.link)
    shown(page, "This link was already used")
    expect(page.get_by_text("Was that you?").filter(visible=True)).to_be_visible()
    ways = page.locator("main a.button, main button").filter(visible=True)
    expect(ways).to_have_text(["Sign In", "Send a new link"])
    expect(page.get_by_label("New password")).to_be_hidden()

    if scripts:
        # Presses while a page comes to life have tests of their own.
        expect(page.locator("[data-live=true]")).to_be_attached()
    ways.nth(1).click()

    shown(page, "Check your email")
    page.goto(portal.inbox.wait(f"{name}@example.com", 2, "Password Reset").link)
    shown(page, "Choose a new password")
    assert password_works(portal, name, THEIRS), "nothing has changed yet"


@SCRIPTS
def test_this_was_not_me_voids_the_password_and_lets_only_the_owner_back_in(
    portal: Portal, another_browser: Open, *, scripts: bool
) -> None:
    name = f"notmyself{int(scripts)}"
    stolen(portal, name)
    thief = Watch(another_browser().new_page())
    sign_in(thief, name, THEIRS)
    page = another_browser(java_script_enabled=scripts).new_page()
    link = not_me_of(portal, name)
    page.goto(link)
    expect(page).to_have_url(addresses.NOT_ME)
    shown(page, "This was not me")
    assert link.rpartition("/")[2] not in page.content()

    page.get_by_role("button", name="It was me", exact=True).click()
    expect(page).to_have_url(addresses.SIGN_IN)
    page.goto(addresses.NOT_ME)
    page.get_by_role("button", name="This was not me").click()
    shown(page, "Open the link again")
    assert password_works(portal, name, THEIRS), "the browser has forgotten the link"

    page.goto(link)
    page.get_by_role("button", name="This was not me").click()

    expect(page).to_have_url(f"{addresses.NOT_ME}#done")
    shown(page, "Check your email")
    assert not password_works(portal, name, THEIRS)
    thief.page.get_by_role("button", name="Refresh").click()
    expect(thief.page.get_by_text("You are signed out.")).to_be_visible()
    fresh = Watch(another_browser(java_script_enabled=scripts).new_page())
    choosing = NewPasswordPage(fresh)
    fresh.page.goto(portal.inbox.wait(f"{name}@example.com", 2, "Password Reset").link)
    choosing.password.fill(OURS)
    fresh.page.get_by_role("button", name="Change password").click()
    shown(fresh.page, "Password changed")
    assert password_works(portal, name, OURS)

    page.goto(link)
    page.get_by_role("button", name="This was not me").click()
    shown(page, "This link no longer works")
    assert password_works(portal, name, OURS)


def test_who_signs_out_at_a_shared_computer_leaves_no_opened_link(portal: Portal, another_browser: Open) -> None:
    stolen(portal, "leftatpc1")
    visit = Watch(another_browser().new_page())
    visit.page.goto(not_me_of(portal, "leftatpc1"))
    sign_in(visit, "leftatpc1", THEIRS)
    visit.page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(visit.page).to_have_url(addresses.SIGNED_OUT)

    visit.page.goto(addresses.NOT_ME)
    visit.page.get_by_role("button", name="This was not me").click()

    shown(visit.page, "Open the link again")
    assert password_works(portal, "leftatpc1", THEIRS)
