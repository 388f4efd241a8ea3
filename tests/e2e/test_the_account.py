"""One's own account: who else is in it, what happened, another password, out everywhere."""

import re

from playwright.sync_api import expect

from cers_app.values import addresses
from tests.support.page_objects import AccountPage, ChangedPage, ChangePasswordPage, SignInPage, Watch
from tests.support.people import Open, new_tab, sign_in
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import Jar, request

NEW_PASSWORD = "Blue kettle, nine o'clock train"


def test_the_owner_sees_who_is_signed_in_and_what_happened(portal: Portal, visit: Watch, another_browser: Open) -> None:
    portal.create_account("ownerofit", "ann.gause@mail.example.com")
    account = sign_in(visit, "ownerofit")
    account.expect_open_sessions(1)
    expect(visit.page.get_by_text("This is your first sign-in.")).to_be_visible()
    expect(visit.page.get_by_text("an*****se@mail.example.com")).to_be_visible()

    second = new_tab(another_browser)
    page = SignInPage(second)
    page.open()
    page.sign_in("ownerofit", "not the password at all")
    page.expect_problem("is incorrect")
    sign_in(second, "ownerofit").expect_open_sessions(2)

    account.refresh()
    account.expect_open_sessions(2)
    account.expect_activity("Failed sign-in")
    account.expect_activity("Signed in")
    expect(visit.page.get_by_text("ann.gause@mail")).to_have_count(0)


def test_signing_out_everywhere_ends_the_other_browser_too(portal: Portal, visit: Watch, another_browser: Open) -> None:
    portal.create_account("everywhere")
    other = new_tab(another_browser)
    elsewhere = sign_in(other, "everywhere")
    stranger = new_tab(another_browser)
    portal.create_account("notmine1")
    unharmed = sign_in(stranger, "notmine1")
    account = sign_in(visit, "everywhere")

    account.sign_out_everywhere()

    SignInPage(visit).expect_shown()
    expect(visit.page.get_by_text("You are signed out.")).to_be_visible()
    elsewhere.refresh()
    elsewhere.expect_signed_out()
    other.page.reload()
    SignInPage(other).expect_shown()
    unharmed.refresh()
    unharmed.expect_of("notmine1")
    sign_in(visit, "everywhere").expect_activity("Signed out everywhere")


def test_a_password_is_changed_and_everything_older_ends(portal: Portal, visit: Watch, another_browser: Open) -> None:
    portal.create_account("changeit1")
    other = new_tab(another_browser)
    elsewhere = sign_in(other, "changeit1")
    page = sign_in(visit, "changeit1").change_password()

    page.change("", "")
    page.expect_problem("Enter your current password")
    page.expect_problem("Enter a new password")
    page.change("not the password at all", NEW_PASSWORD)
    page.expect_problem("The current password is incorrect.")
    expect(page.current).to_have_value("")
    page.change(PASSWORD, PASSWORD)
    page.expect_problem("The new password is the same as the current one.")
    page.change(PASSWORD, "too short")
    page.expect_problem("Password must be 15 characters or more")
    page.change(PASSWORD, "changeit1changeit1")
    page.expect_problem("This password is too easy to guess.")
    page.change(PASSWORD, NEW_PASSWORD)

    changed = ChangedPage(visit)
    changed.expect_shown()
    notice = portal.inbox.wait("changeit1@example.com", subject="Password Changed")
    assert "If this was not you" in notice.text
    elsewhere.refresh()
    elsewhere.expect_signed_out()
    visit.page.get_by_role("link", name="Sign In").click()
    start = SignInPage(visit)
    start.sign_in("changeit1", PASSWORD)
    start.expect_problem("is incorrect")
    sign_in(visit, "changeit1", NEW_PASSWORD).expect_open_sessions(1)


def test_after_five_wrong_current_passwords_even_the_right_one_waits(portal: Portal, visit: Watch) -> None:
    portal.create_account("guesswork")
    page = sign_in(visit, "guesswork").change_password()
    for number in range(5):
        page.change(f"a wrong password, number {number}", NEW_PASSWORD)
        page.expect_problem("The current password is incorrect.")

    page.change(PASSWORD, NEW_PASSWORD)

    page.expect_problem("You have tried too many times.")
    assert portal.inbox.to("guesswork@example.com") == []


def test_only_who_is_signed_in_gets_to_the_account_pages(another_browser: Open) -> None:
    watch = new_tab(another_browser)
    one_of_a_later_version = "/account/not-there-yet/"
    known = (AccountPage.PATH, ChangePasswordPage.PATH, "/account/password", "/.well-known/change-password")
    for path in (*known, one_of_a_later_version):
        watch.page.goto(path)
        expect(watch.page).to_have_url(re.compile(rf"{addresses.SIGN_IN}(\?next=/account/[a-z-]+/)?$"))
        expect(watch.page.get_by_role("heading", level=1)).to_have_text("Sign In")


def test_who_signs_in_while_another_tab_changed_the_cookies_reads_the_truth_and_gets_in(
    portal: Portal, another_browser: Open
) -> None:
    portal.create_account("twotabs")
    context = another_browser()
    late = SignInPage(Watch(context.new_page()))
    late.open()
    sign_in(Watch(context.new_page()), "twotabs").sign_out()
    # This tab's socket has the cookies from before.
    late.sign_in("twotabs", PASSWORD)

    expect(late.page).to_have_url(f"{addresses.SIGN_IN}#again")
    expect(late.page.get_by_text("Your sign-in did not go through.")).to_be_visible()
    late.sign_in("twotabs", PASSWORD)
    expect(late.page).to_have_url(addresses.ACCOUNT)


def test_a_password_manager_finds_the_page_and_nothing_else_there(portal: Portal) -> None:
    found = request(portal.url, path="/.well-known/change-password", jar=Jar())

    assert (found.status, found.location) == (302, addresses.CHANGE_PASSWORD)
    assert request(portal.url, path="/.well-known/resource-that-should-not-exist-whose-status-code").status == 404


def test_who_is_signed_in_is_led_to_the_account_and_who_signs_out_is_told(visit: Watch, portal: Portal) -> None:
    portal.create_account("stillhere")
    account = sign_in(visit, "stillhere")
    visit.page.goto(SignInPage.PATH)
    account.expect_of("stillhere")
    account.refresh()
    expect(visit.page.get_by_text("Up to date at")).to_be_visible()

    account.sign_out()

    SignInPage(visit).expect_shown()
    expect(visit.page.get_by_text("You are signed out.")).to_be_visible()
