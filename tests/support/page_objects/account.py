"""The pages of one's own account."""

from playwright.sync_api import Locator, expect

from .base import PortalPage


class AccountPage(PortalPage):
    """Your account."""

    PATH, HEADING = "/account/", "Your account"

    def expect_of(self, username: str) -> None:
        """It is this person's account."""
        self.expect_shown()
        expect(self.page.get_by_role("definition").filter(has_text=username).first).to_be_visible()

    def refresh(self) -> None:
        """Look again."""
        self.page.get_by_role("button", name="Refresh").click()

    def sign_out(self) -> None:
        """Sign out."""
        self.page.get_by_role("button", name="Sign out", exact=True).click()

    def expect_signed_out(self) -> None:
        """The session has ended; nothing of the account is shown."""
        expect(self.page.get_by_text("You are signed out.")).to_be_visible()
        expect(self.page.get_by_role("definition")).to_have_count(0)

    def sign_out_everywhere(self) -> None:
        """Sign out in every browser."""
        self.page.get_by_role("button", name="Sign out everywhere").click()

    def expect_open_sessions(self, number: int) -> None:
        """So many browsers are signed in, this one among them."""
        sessions = self.page.get_by_role("list").filter(has_text="This browser").get_by_role("listitem")
        expect(sessions).to_have_count(number)

    def expect_activity(self, words: str) -> None:
        """Something stands among what happened lately."""
        expect(self.page.get_by_role("listitem").filter(has_text=words).first).to_be_visible()

    def change_password(self) -> "ChangePasswordPage":
        """Go and change it."""
        self.page.get_by_role("link", name="Change password").click()
        page = ChangePasswordPage(self.watch)
        page.expect_shown()
        return page


class ChangePasswordPage(PortalPage):
    """Change password."""

    PATH, HEADING = "/account/password/", "Change password"

    @property
    def current(self) -> Locator:
        """The box for the current password."""
        return self.page.get_by_label("Current password")

    @property
    def new(self) -> Locator:
        """The box for the new one."""
        return self.page.get_by_label("New password", exact=True)

    def change(self, current: str, new: str) -> None:
        """Fill in both and send them."""
        self.current.fill(current)
        self.new.fill(new)
        self.page.get_by_role("button", name="Change password").click()
