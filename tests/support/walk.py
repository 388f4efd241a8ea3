"""One person's walk through every form of the portal, for browsers in which something else works on the pages."""

from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page, expect

from cers_app.accounts.models import ResetLink
from cers_app.composition.world import now
from cers_app.values import addresses
from cers_app.values.digests import sha256
from cers_app.values.masking import mask
from tests.support.page_objects import Watch
from tests.support.portal import CHARACTERS, Portal

NEW, NEWEST = "seven quiet ferries at dawn", "eleven loud trams after midnight"


@dataclass
class Walk:
    """Goes on only when each page says what is true, and says no longer what was."""

    portal: Portal
    page: Page
    name: str

    def __post_init__(self) -> None:
        """Whose account it is, and a tab whose errors are kept."""
        self.portal.create_account(self.name)
        self.watch, self.address = Watch(self.page), f"{self.name}@example.com"

    def go(self, path: str) -> None:
        """Open a page by its address and wait until it is live."""
        self.page.goto(path)
        self.expect_live()

    def expect_live(self) -> None:
        """The page answers events."""
        expect(self.page.locator("[data-live=true]")).to_be_attached()

    def press(self, name: str) -> None:
        """Press a button by its words, or by some of them."""
        self.page.get_by_role("button", name=name).first.click()

    def fill(self, **values: str) -> None:
        """Type into boxes by their ids."""
        for name, value in values.items():
            self.page.locator(f"#{name.replace('_', '-')}").fill(value)

    def says(self, words: str, no_longer: str = "") -> None:
        """The page shows these words, and no longer those."""
        main = self.page.locator("main")
        expect(main).to_contain_text(words, use_inner_text=True)
        if no_longer:
            expect(main).not_to_contain_text(no_longer, use_inner_text=True)

    def expect_box(self, name: str, value: str) -> None:
        """What stands in a box."""
        expect(self.page.locator(f"#{name}")).to_have_value(value)

    def everything(self) -> None:
        """Every form, with a refusal and with success."""
        self.be_refused_and_forget()
        self.recover_username()
        self.reset_password()
        self.choose_password()
        self.change_password()
        assert self.watch.errors == []

    def be_refused_and_forget(self) -> None:
        """The sign-in page refuses, shows and hides; the links inside lead on."""
        self.go(addresses.SIGN_IN)
        self.fill(username="", current_password="")
        self.press("Sign In")
        self.says("Enter your username")
        self.fill(username=self.name, current_password="not the password")
        self.press("Show password")
        expect(self.page.get_by_role("button", name="Hide password")).to_contain_text("Hide")
        expect(self.page.get_by_role("button", name="Hide password")).not_to_contain_text("Show")
        self.press("Hide password")
        self.expect_box("current-password", "not the password")
        self.press("Sign In")
        self.says("The username or password you entered is incorrect", no_longer="Enter your username")
        self.expect_box("username", self.name)
        self.page.locator("main > p a").last.click()
        self.page.get_by_role("link", name="Recover my Username").click()

    def recover_username(self) -> None:
        """A username is recovered, and asked for again too early."""
        expect(self.page).to_have_url(addresses.RECOVER_USERNAME)
        self.press("Verify another way")
        expect(self.page.locator("legend")).to_contain_text("Verify another way")
        expect(self.page.locator("legend")).not_to_contain_text("Enter Verification Characters")
        self.press("Use the characters instead")
        expect(self.page.locator("legend")).to_contain_text("Enter Verification Characters")
        self.fill(email="", characters="")
        self.press("Next")
        self.says("Enter your email address")
        self.fill(email=self.address, characters="WRONGX")
        self.press("Next")
        self.says("did not match", no_longer="Enter your email address")
        self.press("Refresh")
        self.says("New verification characters loaded")
        self.expect_box("email", self.address)
        self.ask()
        expect(self.page).to_have_url(addresses.USERNAME_SENT)
        self.says(mask(self.address), no_longer="the email address you entered")
        self.press("Send it again")
        self.says("Not yet. Check your inbox")
        expect(self.page.locator("#again-at")).to_contain_text("You can send it again at")

    def ask(self) -> None:
        """The right characters, on any of the two pages."""
        self.fill(characters=CHARACTERS)
        self.press("Next")

    def reset_password(self) -> None:
        """A link is asked for."""
        self.go(addresses.RESET_PASSWORD)
        self.fill(identifier="", characters="")
        self.press("Next")
        self.says("Enter your username or email address")
        self.fill(identifier=self.name, characters="WRONGX")
        self.press("Next")
        self.says("did not match", no_longer="Enter your username or email address")
        self.ask()
        expect(self.page).to_have_url(addresses.LINK_SENT)
        self.says("the email address on file for that account")

    def choose_password(self) -> None:
        """A dead link leads to a new one, and that one to a new password."""
        self.go("/r/not-complete")
        self.says("This link is not complete")
        token = self.token(1)
        with self.portal.database.writing() as session:
            session.get_one(ResetLink, sha256(token)).expires_at = now() - timedelta(minutes=1)
        self.go(f"/r/{token}")
        self.says("This link expired at", no_longer="This link is not complete")
        self.press("Send a new link")
        self.says("the same email address as before", no_longer="This link expired at")
        self.go(f"/r/{self.token(2)}")
        self.says(self.name)
        self.fill(new_password="too short")
        self.says("6 more characters needed")
        self.press("Change password")
        self.says("15 characters or more")
        self.fill(new_password=NEW)
        self.press("Show password")
        self.says("Your password is visible")
        self.press("Change password")
        expect(self.page).to_have_url(addresses.PASSWORD_CHANGED)
        self.says("You are signed out on all devices")

    def token(self, number: int) -> str:
        """Of a mailed link."""
        return self.portal.inbox.wait(self.address, number, "Password Reset").token

    def sign_in(self, password: str) -> None:
        """Sign in and read whose account it is."""
        self.go(addresses.SIGN_IN)
        self.fill(username=self.name, current_password=password)
        self.press("Sign In")
        expect(self.page).to_have_url(addresses.ACCOUNT)
        self.expect_live()
        self.says(self.name)

    def change_password(self) -> None:
        """The account page, the known password, and out again."""
        self.sign_in(NEW)
        self.press("Refresh")
        self.says("Up to date at")
        self.go(addresses.CHANGE_PASSWORD)
        self.fill(current_password="not the password", new_password=NEWEST)
        self.press("Change password")
        self.says("The current password is incorrect")
        self.fill(current_password=NEW, new_password=NEWEST)
        self.press("Change password")
        expect(self.page).to_have_url(addresses.PASSWORD_CHANGED)
        self.sign_in(NEWEST)
        self.press("Sign out everywhere")
        expect(self.page).to_have_url(addresses.SIGNED_OUT)
        self.says("You are signed out")
