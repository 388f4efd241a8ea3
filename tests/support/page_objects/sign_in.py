"""The sign-in page, and the page that asks what was forgotten."""

from .base import PortalPage
from .recover_username import RecoverPage
from .reset_password import ResetPage


class SignInPage(PortalPage):
    """Sign In."""

    PATH, HEADING = "/sign-in/", "Sign In"

    def sign_in(self, username: str, password: str) -> None:
        """Fill in both fields and send them."""
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign In").click()

    def forgot(self) -> "ForgotPage":
        """Follow the link for people who forgot something."""
        self.page.get_by_role("link", name="Forgot your Username or Password?").click()
        page = ForgotPage(self.watch)
        page.expect_shown()
        return page


class ForgotPage(PortalPage):
    """Forgot your Username or Password?"""

    PATH, HEADING = "/forgot/", "Forgot your Username or Password?"

    def reset_my_password(self) -> ResetPage:
        """Choose the password."""
        self.page.get_by_role("link", name="Reset my Password").click()
        page = ResetPage(self.watch)
        page.expect_shown()
        return page

    def recover_my_username(self) -> RecoverPage:
        """Choose the username."""
        self.page.get_by_role("link", name="Recover my Username").click()
        page = RecoverPage(self.watch)
        page.expect_shown()
        return page
