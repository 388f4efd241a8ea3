"""The meter counts characters at each key, and judges by the rule that decides at the end."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cers_app.values import addresses
from tests.support.journeys import mailed_link, open_link
from tests.support.page_objects import ChangePasswordPage, NewPasswordPage, Watch
from tests.support.people import sign_in
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import HYDRATE, Socket, browse, handler

JUDGE = handler("reset_password___states", "new_password_state", "judge")


def on_the_links_page(portal: Portal, visit: Watch, name: str) -> NewPasswordPage:
    page = NewPasswordPage(visit)
    page.open_link(mailed_link(portal, name).link)
    page.expect_for(name)
    return page


def on_the_account_page(_portal: Portal, visit: Watch, name: str) -> ChangePasswordPage:
    sign_in(visit, name)
    page = ChangePasswordPage(visit)
    page.open()
    return page


@pytest.mark.parametrize("opened", [on_the_links_page, on_the_account_page], ids=["link", "account"])
def test_what_the_meter_praises_is_accepted_and_what_is_refused_it_never_praises(
    portal: Portal, visit: Watch, opened: Callable[[Portal, Watch, str], NewPasswordPage | ChangePasswordPage]
) -> None:

    name = "strength1" if opened is on_the_links_page else "strength2"
    portal.create_account(name)
    page = opened(portal, visit, name)
    box = visit.page.get_by_label("New password", exact=True)
    meter, words = visit.page.locator("meter"), visit.page.locator(".strength p")

    box.press_sequentially("blue kettle")
    expect(words).to_have_text("4 more characters needed")
    for refused, why in (
        ("password12345678", "This password is too easy to guess."),
        (f"{name}@example.com", "Password must not be your username"),
        ("aaaaaaaaaaaaaaaaaaaa", "This password is too easy to guess."),
    ):
        box.fill(refused)
        expect(words).to_have_text("Long enough. The portal also checks that it is hard to guess.")
        expect(words).to_contain_text(why)
        expect(meter).to_have_js_property("value", 1)

    box.fill("Blue kettle, nine o'clock train")
    expect(words).to_have_text("You can use this password.")
    expect(meter).to_have_js_property("value", 4)
    if isinstance(page, ChangePasswordPage):
        page.current.fill(PASSWORD)
    visit.page.get_by_role("button", name="Change password").click()
    expect(visit.page).to_have_url(addresses.PASSWORD_CHANGED)


def test_an_old_error_goes_at_the_first_key_and_a_new_one_is_shown(portal: Portal, visit: Watch) -> None:
    portal.create_account("olderror1")
    page = on_the_links_page(portal, visit, "olderror1")
    error = visit.page.locator("#new-password-problem")
    for _ in range(2):
        page.change("too short")
        expect(error).to_be_visible()
        expect(error).to_contain_text("15 characters or more")
        page.password.press("x")
        expect(error).to_be_hidden()


def test_a_second_visit_is_judged_again(portal: Portal, visit: Watch) -> None:
    portal.create_account("strength3")
    page = on_the_account_page(portal, visit, "strength3")
    words = visit.page.locator(".strength p")
    page.new.fill("Blue kettle, nine o'clock train")
    expect(words).to_have_text("You can use this password.")
    visit.page.get_by_role("link", name="Cancel").click()
    visit.page.get_by_role("link", name="Change password").click()
    expect(words).to_have_text("")

    page.new.fill("password12345678")

    expect(words).to_contain_text("This password is too easy to guess.")


def judged(tab: Socket, typed: object, number: object) -> str:
    """What came back for a password."""
    tab.send(JUDGE, addresses.NEW_PASSWORD, typed=typed, number=number)
    return "".join(tab.settle())


def test_only_a_browser_with_a_link_is_told_about_a_password(portal: Portal) -> None:
    portal.create_account("judged001")
    jar = open_link(portal, mailed_link(portal, "judged001").token)
    with Socket(portal.url, "a tab", browse(portal.url)) as stranger, Socket(portal.url, "a tab", jar) as owner:
        for tab in (stranger, owner):
            tab.call(HYDRATE, addresses.NEW_PASSWORD)
        assert '"judged_rx_state_":7' in judged(owner, "password12345678", 7)
        assert "too easy to guess" in judged(owner, "password87654321", 8)
        assert "judged" not in judged(stranger, "password12345678", 7)
