"""The pages that reset a password."""

from playwright.sync_api import Locator, expect

from .base import PortalPage
from .mail_request import ConfirmationPage, RequestPage


class ResetPage(RequestPage):
    """Reset my Password."""

    PATH, HEADING, LABEL = "/reset-password/", "Reset my Password", "Username or Email Address"


class SentPage(ConfirmationPage):
    """Check your email, for the link."""

    PATH = "/reset-password/sent/"
    SENTENCE = "An email will be sent to {where} with instructions to reset your password."


class NewPasswordPage(PortalPage):
    """Choose a new password."""

    PATH, HEADING = "/reset-password/new/", "Choose a new password"

    @property
    def password(self) -> Locator:
        """The box for the new password."""
        return self.page.get_by_label("New password", exact=True)

    def open_link(self, link: str) -> None:
        """Follow the mailed link."""
        self.page.goto(link)

    def expect_for(self, username: str) -> None:
        """The form, and for whom it is."""
        self.expect_shown()
        expect(self.page.get_by_text(f"For the CERS Account with username {username}")).to_be_visible()

    def change(self, password: str) -> None:
        """Fill in the new password and send it."""
        self.password.fill(password)
        self.page.get_by_role("button", name="Change password").click()

    def expect_unusable(self, words: str, heading: str = "This link cannot be used") -> None:
        """The link cannot be used, and why; nobody is asked to type."""
        self.expect_shown(heading)
        expect(self.page.get_by_text(words)).to_be_visible()
        expect(self.password).to_have_count(0)

    def expect_closed(self) -> None:
        """The link has to be opened again; nobody is asked to type."""
        self.expect_shown("Open the link again")
        expect(self.page.get_by_text("Open the link in your email again.")).to_be_visible()
        expect(self.password).to_have_count(0)

    def send_a_new_link(self) -> None:
        """Ask for a fresh link in place of the dead one."""
        self.page.get_by_role("button", name="Send a new link").click()

    def expect_strength(self, words: str) -> None:
        """What is shown of the strength while typing."""
        expect(self.page.get_by_text(words).first).to_be_visible()


class ChangedPage(PortalPage):
    """Password changed."""

    PATH, HEADING = "/password-changed/", "Password changed"
