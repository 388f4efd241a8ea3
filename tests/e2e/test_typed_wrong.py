"""Typed wrong: what was typed is repeated, questioned and carried along, and no address shows it."""

import pytest
from playwright.sync_api import Page, expect

from cers_app.values import addresses
from tests.support.page_objects import (
    ChangedPage,
    ChangePasswordPage,
    NewPasswordPage,
    RecoverPage,
    ResetPage,
    SentPage,
    SignInPage,
    UsernameSentPage,
    Watch,
)
from tests.support.people import Open, new_tab
from tests.support.portal import CHARACTERS, PASSWORD, Portal

NEW_PASSWORD = "Blue kettle, nine o'clock train"


def line(page: Page) -> str:
    """What the confirmation says about what was typed."""
    return page.locator("[data-state=typed]").inner_text()


def test_a_username_is_repeated_as_it_was_typed_and_change_it_leads_back_to_the_filled_form(visit: Watch) -> None:
    page = ResetPage(visit)
    page.open()
    page.ask(" DryCleanr ", CHARACTERS)
    SentPage(visit).expect_shown()
    expect(visit.page.locator("[data-state=typed]")).to_contain_text("You entered DryCleanr. Made a typo?")
    assert "cleanr" not in visit.page.url.casefold()

    visit.page.get_by_role("link", name="Change it").click()
    page.expect_shown()
    expect(page.identifier).to_have_value(" DryCleanr ")
    page.ask("drycleaner", CHARACTERS)
    expect(visit.page.locator("[data-state=typed]")).to_contain_text("You entered drycleaner.")


@pytest.mark.parametrize(
    ("form", "sent", "where"), [(RecoverPage, UsernameSentPage, "sent to"), (ResetPage, SentPage, "sent to")]
)
def test_an_address_is_shown_only_as_its_mask_and_a_misspelt_domain_is_questioned(
    portal: Portal, visit: Watch, form: type[RecoverPage], sent: type[UsernameSentPage], where: str
) -> None:
    page = form(visit)
    page.open()
    page.ask("ann.gause@gmial.com", CHARACTERS)
    sent(visit).expect_shown()
    expect(visit.page.get_by_text(where).first).to_contain_text("an*****se@gmial.com")
    expect(visit.page.locator("[data-state=typed]")).to_contain_text(
        "You typed gmial.com. Did you mean gmail.com? Change it"
    )
    assert "ann.gause" not in visit.page.locator("body").inner_text()

    visit.page.get_by_role("link", name="Change it").click()
    page.expect_shown()
    portal.create_account(f"typedwell{len(form.PATH)}")
    page.ask(f"typedwell{len(form.PATH)}@example.com", CHARACTERS)
    expect(visit.page.locator("[data-state=typed]")).to_have_text("Made a typo? Change it")


def test_the_username_goes_along_from_sign_in_to_the_reset_and_back(portal: Portal, visit: Watch) -> None:
    portal.create_account("carriedon")
    visited: list[str] = []
    visit.page.on("framenavigated", lambda frame: visited.append(frame.url))
    start = SignInPage(visit)
    start.open()
    start.sign_in("carriedon", "forgotten")
    start.expect_problem("is incorrect")
    visit.page.get_by_role("alert").get_by_role("link", name="Reset my Password").click()
    page = ResetPage(visit)
    page.expect_shown()
    expect(page.identifier).to_have_value("carriedon")
    visit.page.go_back()
    expect(visit.page.get_by_label("Username", exact=True)).to_have_value("carriedon")
    visit.page.go_forward()
    page.expect_shown()

    visit.page.goto(addresses.RECOVER_USERNAME)
    recover = RecoverPage(visit)
    recover.expect_shown()
    expect(recover.identifier).to_have_value("")

    page.open()
    page.ask("carriedon", CHARACTERS)
    SentPage(visit).expect_shown()
    new = NewPasswordPage(visit)
    new.open_link(portal.inbox.wait("carriedon@example.com").link)
    new.expect_for("carriedon")
    new.change(NEW_PASSWORD)
    ChangedPage(visit).expect_shown()
    visit.page.get_by_role("main").get_by_role("link", name="Sign In").click()
    expect(visit.page.get_by_label("Username", exact=True)).to_have_value("carriedon")
    assert not any("carriedon" in url for url in visited)


def test_another_tab_and_who_signs_out_see_nothing_of_it(portal: Portal, another_browser: Open) -> None:
    portal.create_account("sharedpc1")
    context = another_browser()
    first = SignInPage(Watch(context.new_page()))
    first.open()
    first.sign_in("sharedpc1", "forgotten")
    first.expect_problem("is incorrect")
    other = ResetPage(Watch(context.new_page()))
    other.open()
    expect(other.identifier).to_have_value("")

    first.sign_in("sharedpc1", PASSWORD)
    expect(first.page).to_have_url(addresses.ACCOUNT)
    first.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(first.page.get_by_text("You are signed out.")).to_be_visible()
    expect(first.page.get_by_label("Username", exact=True)).to_have_value("")


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "native"])
def test_a_password_manager_arrives_where_the_password_is_changed(
    portal: Portal, another_browser: Open, *, is_live: bool
) -> None:
    name = f"arrives{is_live:d}"
    portal.create_account(name)
    page = another_browser(java_script_enabled=is_live).new_page()
    page.goto("/.well-known/change-password")
    expect(page).to_have_url(f"{addresses.SIGN_IN}?next={addresses.CHANGE_PASSWORD}")
    page.get_by_label("Username", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill("forgotten")
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_text("you entered is incorrect").filter(visible=True).first).to_be_visible()
    page.get_by_label("Username", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()

    expect(page).to_have_url(ChangePasswordPage.PATH)
    page.goto(f"{addresses.SIGN_IN}?next=/help/")
    expect(page).to_have_url("/help/")


@pytest.mark.parametrize("hostile", ["//evil.example/", "https://evil.example/", "/%5Cevil.example/", "/sign-out"])
def test_nobody_is_led_to_another_site_or_into_an_act(portal: Portal, another_browser: Open, hostile: str) -> None:
    name = f"misled{sum(map(ord, hostile)) % 10000}"
    portal.create_account(name)
    watch = new_tab(another_browser)
    watch.page.goto(f"{addresses.SIGN_IN}?next={hostile}")
    expect(watch.page.locator("[data-live=true]")).to_be_attached()
    SignInPage(watch).sign_in(name, PASSWORD)

    expect(watch.page).to_have_url(addresses.ACCOUNT)
