"""Verifying without reading the picture: by ear, by a proof the browser computes; and all of it by keyboard alone."""

import pytest
from playwright.sync_api import Keyboard, Page, expect

from cers_app.values import addresses
from cers_app.verification.challenge import QA_DIGITS
from tests.support.page_objects import Watch
from tests.support.portal import CHARACTERS, Portal

FORMS = pytest.mark.parametrize(
    ("path", "label"),
    [(addresses.RESET_PASSWORD, "Username or Email Address"), (addresses.RECOVER_USERNAME, "Email Address")],
)


def opened(visit: Watch, path: str) -> Page:
    """A page that is live."""
    visit.page.goto(path)
    expect(visit.page.locator("[data-live=true]")).to_be_attached()
    return visit.page


@FORMS
def test_somebody_listens_and_types_the_digits(portal: Portal, visit: Watch, path: str, label: str) -> None:
    name = f"listener{len(path)}"
    portal.create_account(name)
    page = opened(visit, path)
    page.get_by_label(label).fill(f"{name}@example.com")
    play = page.get_by_role("button", name="Play audio")
    with page.expect_response(lambda response: ".wav" in response.url) as heard:
        play.click()
    assert (heard.value.status, heard.value.headers["content-type"]) == (200, "audio/wav")

    stop = page.get_by_role("button", name="Stop audio")
    expect(stop).to_be_focused()
    stop.press("Enter")
    expect(page.get_by_role("button", name="Play audio")).to_be_focused()
    page.get_by_label("Input symbols").fill(" ".join(QA_DIGITS))
    page.get_by_role("button", name="Next").click()

    expect(page).to_have_url(f"{path}sent/")
    portal.inbox.wait(f"{name}@example.com")


def test_digits_that_nobody_listened_to_are_no_answer(visit: Watch) -> None:
    page = opened(visit, addresses.RESET_PASSWORD)
    page.get_by_label("Username or Email Address").fill("deafguesser")
    page.get_by_label("Input symbols").fill(QA_DIGITS)
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("alert")).to_contain_text("did not match")


@FORMS
def test_somebody_proves_without_reading_or_listening(portal: Portal, visit: Watch, path: str, label: str) -> None:
    name = f"prover{len(path)}"
    portal.create_account(name)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    page = opened(visit, path)
    assert [url for url in asked if "altcha" in url or "worker" in url] == [], "nobody else pays for it"
    page.get_by_label(label).fill(f"{name}@example.com")
    page.get_by_role("button", name="Verify another way").click()
    expect(page.locator("input[name=altcha]")).not_to_have_value("")
    page.get_by_role("button", name="Next").click()

    expect(page).to_have_url(f"{path}sent/")
    portal.inbox.wait(f"{name}@example.com")


def test_who_has_not_proved_yet_is_told_so_and_may_go_back_to_the_characters(portal: Portal, visit: Watch) -> None:
    portal.create_account("undecided")
    page = opened(visit, addresses.RESET_PASSWORD)
    page.get_by_label("Username or Email Address").fill("undecided")
    page.route("**/task", lambda _route: None)  # a slow browser, whose check is not done yet
    page.get_by_role("button", name="Verify another way").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("Wait until the check is done")

    page.get_by_role("button", name="Use the characters instead").click()
    page.get_by_label("Input symbols").fill(CHARACTERS)
    expect(page.get_by_label("Username or Email Address")).to_have_value("undecided")
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(addresses.LINK_SENT)


def test_another_way_begins_by_itself_with_the_focus_on_its_box_and_without_an_old_error(
    portal: Portal, visit: Watch
) -> None:
    portal.create_account("otherway1")
    page = opened(visit, addresses.RESET_PASSWORD)
    page.get_by_label("Username or Email Address").fill("otherway1")
    page.get_by_label("Input symbols").fill("WRONGX")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("did not match")

    page.get_by_role("button", name="Verify another way").click()
    expect(page.locator("altcha-widget input[type=checkbox]")).to_be_focused()
    expect(page.get_by_text("did not match").filter(visible=True)).to_have_count(0)
    expect(page.get_by_text("Verified")).to_be_visible()

    page.get_by_role("button", name="Use the characters instead").click()
    expect(page.get_by_label("Input symbols")).to_be_focused()
    expect(page.get_by_text("did not match").filter(visible=True)).to_have_count(0)
    page.get_by_role("button", name="Verify another way").click()
    expect(page.get_by_text("Verified")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(addresses.LINK_SENT)


def test_a_password_link_is_asked_for_by_keyboard_alone(portal: Portal, visit: Watch) -> None:
    portal.create_account("keyboardonly")
    page = opened(visit, addresses.SIGN_IN)
    reach(page, "Forgot your Username or Password?").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    reach(page, "Reset my Password").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reset my Password")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("keyboardonly")
    reach(page, "Play audio")
    page.keyboard.press("Tab")
    page.keyboard.type(CHARACTERS.lower())
    page.keyboard.press("Enter")

    expect(page).to_have_url(addresses.LINK_SENT)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    portal.inbox.wait("keyboardonly@example.com")


def reach(page: Page, words: str) -> Keyboard:
    """Press Tab until the focus is on what says so."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == words:
            return page.keyboard
    pytest.fail(f"the focus never came to {words}")
