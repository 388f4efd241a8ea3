"""The pages of the reset journey."""

from playwright.sync_api import Locator, expect

from tests.e2e.page_objects.base import PortalPage


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

    def reset_my_password(self) -> "ResetPage":
        """Choose the password."""
        self.page.get_by_role("link", name="Reset my Password").click()
        page = ResetPage(self.watch)
        page.expect_shown()
        return page


class ResetPage(PortalPage):
    """Reset my Password."""

    PATH, HEADING = "/reset-password/", "Reset my Password"

    @property
    def identifier(self) -> Locator:
        """The box for username or email address."""
        return self.page.get_by_label("Username or Email Address")

    @property
    def symbols(self) -> Locator:
        """The box for what the picture shows."""
        return self.page.get_by_label("Input symbols")

    @property
    def picture(self) -> Locator:
        """The picture."""
        return self.page.get_by_role("img", name="Picture of 6 verification characters")

    def ask(self, identifier: str, characters: str) -> None:
        """Fill in both fields and send them."""
        self.expect_picture()
        self.identifier.fill(identifier)
        self.symbols.fill(characters)
        self.next()

    def next(self) -> None:
        """Send the form."""
        self.page.get_by_role("button", name="Next").click()

    def refresh(self) -> None:
        """Ask for another picture."""
        self.page.get_by_role("button", name="Refresh").click()

    def expect_picture(self) -> str:
        """A picture is shown and was loaded; its address."""
        expect(self.picture).to_be_visible()
        expect(self.picture).to_have_js_property("naturalWidth", 400)
        return self.picture.get_attribute("src") or ""


class SentPage(PortalPage):
    """Check your email."""

    PATH, HEADING = "/reset-password/sent/", "Check your email"

    def expect_sent_to(self, where: str) -> None:
        """The confirmation, with the mask or the words for a username."""
        self.expect_shown()
        sentence = f"An email will be sent to {where} with instructions to reset your password."
        expect(self.page.get_by_text(sentence)).to_be_visible()


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

    def expect_unusable(self, words: str) -> None:
        """The link cannot be used, and why; nobody is asked to type."""
        self.expect_shown("This link cannot be used")
        expect(self.page.get_by_text(words)).to_be_visible()
        expect(self.password).to_have_count(0)


class ChangedPage(PortalPage):
    """Password changed."""

    PATH, HEADING = "/reset-password/changed/", "Password changed"


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
        self.page.get_by_role("button", name="Sign out").click()

    def expect_signed_out(self) -> None:
        """The session has ended; nothing of the account is shown."""
        expect(self.page.get_by_text("You are signed out.")).to_be_visible()
        expect(self.page.get_by_role("definition")).to_have_count(0)
