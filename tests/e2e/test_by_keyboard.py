"""Every journey with the keyboard alone: nothing is clicked, nothing is focused from outside."""

from datetime import timedelta

import pytest
from playwright.sync_api import Keyboard, Page, expect

from cers_app.accounts.models import ResetLink
from cers_app.composition.world import now
from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support.journeys import change, mailed_link, new_password_socket, open_link
from tests.support.page_objects import Watch
from tests.support.portal import CHARACTERS, PASSWORD, Portal

NEW_PASSWORD = "eleven lanterns over the river"


def opened(page: Page, path: str) -> Page:
    """A page that is live."""
    page.goto(path)
    expect(page.locator("[data-live=true]")).to_be_attached()
    return page


def reach(page: Page, name: str) -> Keyboard:
    """Press Tab until the focus is on what is called so; it must be seen there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.evaluate(NAMED) == name:
            assert focused.evaluate("one => getComputedStyle(one).outlineStyle") != "none", f"{name} shows no focus"
            return page.keyboard
    pytest.fail(f"the focus never came to {name}")


NAMED = "one => one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent"


def test_somebody_signs_in_and_out(portal: Portal, visit: Watch) -> None:
    portal.create_account("keysignin")
    page = opened(visit.page, addresses.SIGN_IN)
    reach(page, "Username").type("keysignin")
    reach(page, "Password").type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()

    reach(page, "Password").type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(addresses.ACCOUNT)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    expect(page.locator("[data-state=in]")).to_be_visible()
    reach(page, "Sign out").press("Enter")
    expect(page).to_have_url(addresses.SIGNED_OUT)


def test_somebody_recovers_a_username(portal: Portal, visit: Watch) -> None:
    portal.create_account("keyrecover")
    page = opened(visit.page, addresses.FORGOT)
    reach(page, "Recover my Username").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recover my Username")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".picture img")).to_have_js_property("naturalWidth", 400)
    reach(page, "Email Address").type("keyrecover@example.com")
    reach(page, "Refresh").press("Enter")
    expect(page.get_by_label("Input symbols")).to_be_focused()
    page.keyboard.type(CHARACTERS)
    reach(page, "Next").press("Enter")

    expect(page).to_have_url(addresses.USERNAME_SENT)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    portal.inbox.wait("keyrecover@example.com")


def test_somebody_chooses_a_new_password(portal: Portal, visit: Watch) -> None:
    portal.create_account("keyreset")
    page = opened(visit.page, addresses.RESET_PASSWORD)
    reach(page, "Username or Email Address").type("keyreset")
    reach(page, "Input symbols").type(CHARACTERS)
    page.keyboard.press("Enter")
    expect(page).to_have_url(addresses.LINK_SENT)
    page.goto(portal.inbox.wait("keyreset@example.com").link)
    expect(page.locator("[data-state=live]")).to_be_visible()
    reach(page, "New password").type(NEW_PASSWORD)
    reach(page, "Show password").press("Enter")
    expect(page.get_by_label("New password")).to_have_attribute("type", "text")
    reach(page, "Change password").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Password changed")
    reach(page, "Sign In").press("Enter")
    expect(page).to_have_url(addresses.SIGN_IN)


def test_somebody_verifies_another_way(visit: Watch) -> None:
    page = opened(visit.page, addresses.RESET_PASSWORD)
    reach(page, "Username or Email Address").type("keyproof")
    reach(page, "Verify another way").press("Enter")
    expect(page.get_by_label("Verified")).to_be_checked()
    reach(page, "Next").press("Enter")

    expect(page).to_have_url(addresses.LINK_SENT)
    reach(page, "Change it").press("Enter")
    expect(page.get_by_label("Username or Email Address")).to_have_value("keyproof")


def test_somebody_is_warned_and_sends_a_new_link(portal: Portal, visit: Watch) -> None:
    portal.create_account("keywarned")
    mail = mailed_link(portal, "keywarned")
    with portal.database.writing() as session:
        link = session.get_one(ResetLink, sha256(mail.token))
        link.created_at, link.expires_at = now() - timedelta(minutes=58), now() + timedelta(seconds=100)
    page = visit.page
    page.goto(mail.link)
    expect(page.locator("[role=alert].ends-soon")).to_contain_text("This link works only until ")
    reach(page, "New password").type("half a passw")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Send a new link")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_somebody_whose_password_was_changed_gets_the_account_back(portal: Portal, visit: Watch) -> None:
    portal.create_account("keynotme1")
    mail = mailed_link(portal, "keynotme1")
    socket, shown = new_password_socket(portal, open_link(portal, mail.token))
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    page = visit.page
    opened(page, mail.link)
    expect(page.locator("[data-state=useless]").filter(visible=True)).to_contain_text("Was that you?")
    reach(page, "Sign In").press("Enter")
    expect(page).to_have_url(addresses.SIGN_IN)

    notice = portal.inbox.wait("keynotme1@example.com", subject="Password Changed").text
    page.goto(notice.partition("This was not me:\n")[2].partition("\n")[0])
    reach(page, "This was not me").press("Enter")
    expect(page.get_by_role("heading", name="Check your email").filter(visible=True)).to_be_visible()
    assert portal.inbox.wait("keynotme1@example.com", 2, "Password Reset").token
