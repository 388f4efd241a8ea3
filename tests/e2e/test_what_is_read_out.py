"""What a screen reader is given: names, roles and their order, page by page."""

import pytest
from playwright.sync_api import Page, expect

from cers_app.values import addresses

AROUND = """
- link "Skip to Main Content"
- banner:
  - paragraph: Demonstration site. Not an official website of the State of California.
  - link "CERS Business Portal"
- main
- complementary:
  - heading "Need help?" [level=2]
- contentinfo:
  - paragraph: For additional CERS assistance contact your facility's local regulator
"""
SIGN_IN = """
- main:
  - heading "Sign In" [level=1]
  - alert
  - text: Username
  - paragraph: Your username or your email address
  - textbox "Username"
  - text: Password
  - textbox "Password"
  - button "Show password": Show
  - status
  - button "Sign In"
  - paragraph:
    - link "Forgot your Username or Password?"
"""
FIELDSET = """
  - group "Enter Verification Characters":
    - text: Enter Verification Characters
    - img /Picture of 6 verification characters\\. To hear digits/
    - button "Refresh"
    - button "Play audio"
    - text: Input symbols
    - textbox "Input symbols"
    - status
    - button "Verify another way"
  - button "Next"
  - link "Cancel"
"""
RECOVER = f"""
- main:
  - heading "Recover my Username" [level=1]
  - alert
  - paragraph: Enter the email address associated with your CERS account. Enter the Verification Characters provided.
  - text: Email Address
  - textbox "Email Address"{FIELDSET}"""
RESET = f"""
- main:
  - heading "Reset my Password" [level=1]
  - alert
  - paragraph
  - text: Username or Email Address
  - textbox "Username or Email Address"{FIELDSET}"""
FORGOT = """
- main:
  - heading "Forgot your Username or Password?" [level=1]
  - heading "If you've forgotten your Username:" [level=2]
  - paragraph: You must know the email address associated with your CERS account to continue.
  - link "Recover my Username"
  - heading "If you've forgotten your Password:" [level=2]
  - paragraph: You must know the Username or email address associated with your CERS account to continue.
  - link "Reset my Password"
  - paragraph:
    - link "Sign In"
"""
PAGES = {
    addresses.SIGN_IN: SIGN_IN,
    addresses.FORGOT: FORGOT,
    addresses.RECOVER_USERNAME: RECOVER,
    addresses.RESET_PASSWORD: RESET,
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_out_in_a_sensible_order(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("[data-live=true]")).to_be_attached()

    expect(page.locator("main")).to_match_aria_snapshot(PAGES[path])


def test_every_page_is_framed_alike(page: Page) -> None:
    page.goto(addresses.SIGN_IN)

    expect(page.locator("body")).to_match_aria_snapshot(AROUND)


def test_a_problem_is_an_alert_with_a_link_to_its_field_and_is_read_with_it(page: Page) -> None:
    page.goto(addresses.RESET_PASSWORD)
    expect(page.locator("[data-live=true]")).to_be_attached()
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("alert")).to_match_aria_snapshot("""
- alert:
  - heading "There is a problem" [level=2]
  - list:
    - listitem:
      - link "Enter your username or email address"
    - listitem:
      - link "Enter the verification characters"
""")
    box = page.get_by_label("Username or Email Address")
    expect(box).to_have_accessible_description("Enter your username or email address")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Enter your username or email address").press("Enter")
    expect(box).to_be_focused()
