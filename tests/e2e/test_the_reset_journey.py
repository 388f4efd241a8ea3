"""A forgotten password, from the sign-in page to being signed in again."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.support.page_objects import AccountPage, ChangedPage, NewPasswordPage, SentPage, SignInPage, Watch
from tests.support.portal import CHARACTERS, PASSWORD, Portal

NEW_PASSWORD = "Blue kettle, nine o'clock train"


def test_a_forgotten_password_is_reset_and_everything_older_ends(
    portal: Portal, visit: Watch, another_browser: Callable[..., BrowserContext]
) -> None:
    portal.create_account("anngause", "anngause@example.com")
    earlier = Watch(another_browser().new_page())
    signed_in_earlier(earlier, "anngause")

    start = SignInPage(visit)
    start.open()
    reset = start.forgot().reset_my_password()

    first = reset.expect_picture()
    reset.ask("anngause@example.com", "WRONGX")
    reset.expect_problem("The verification characters did not match. Enter the new ones.")
    expect(reset.identifier).to_have_value("anngause@example.com")
    expect(reset.symbols).to_have_value("")
    second = reset.expect_picture()
    assert second != first

    reset.refresh()
    expect(reset.picture).not_to_have_attribute("src", second)
    expect(reset.identifier).to_have_value("anngause@example.com")
    expect(visit.page.get_by_role("status").filter(has_text="New verification")).to_be_attached()

    reset.ask("anngause@example.com", CHARACTERS.lower())
    SentPage(visit).expect_sent_to("an****se@example.com")

    mail = portal.inbox.wait("anngause@example.com", subject="Password Reset")
    assert mail.recipients == ("anngause@example.com",)
    assert "A password reset request for the CERS Account with username anngause was made on" in mail.text
    assert mail.link in mail.html

    new = NewPasswordPage(visit)
    new.open_link(mail.link)
    new.expect_for("anngause")
    assert mail.token not in visit.page.url
    new.change("too short")
    new.expect_problem("Password must be 15 characters or more")
    expect(new.password).to_have_value("too short")
    new.change(NEW_PASSWORD)
    ChangedPage(visit).expect_shown()

    visit.page.get_by_role("link", name="Sign In").click()
    start.expect_shown()
    start.sign_in("anngause", PASSWORD)
    start.expect_problem("The username or password you entered is incorrect.")
    start.sign_in("anngause", NEW_PASSWORD)
    AccountPage(visit).expect_of("anngause")

    new.open_link(mail.link)
    new.expect_unusable("A new password was set with this link on", "This link was already used")

    notice = portal.inbox.wait("anngause@example.com", subject="Password Changed")
    assert "The password for the CERS Account with username anngause was changed on" in notice.text
    assert "/r/" not in notice.text

    stale = AccountPage(earlier)
    stale.refresh()
    stale.expect_signed_out()
    earlier.page.reload()
    SignInPage(earlier).expect_shown()


def signed_in_earlier(watch: Watch, username: str) -> None:
    """Sign in with the old password."""
    page = SignInPage(watch)
    page.open()
    page.sign_in(username, PASSWORD)
    AccountPage(watch).expect_of(username)
