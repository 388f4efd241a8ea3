"""Every page in every state, for those who look at all of them: pictures, and axe."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import update

from cers_app.accounts.models import ResetLink, SignInSession
from cers_app.composition.world import now
from cers_app.development import mail_previews
from cers_app.settings import Mode, Settings
from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support import page_objects as pages
from tests.support.portal import CHARACTERS, PASSWORD, Portal

LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "320": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


@dataclass
class Visitor:
    """Somebody who goes to every page and looks at it, with one look of the browser."""

    portal: Portal
    page: Page
    look: str

    @property
    def watch(self) -> pages.Watch:
        """For page objects; errors are part of some pictures, so none are looked at."""
        return pages.Watch(self.page)

    @property
    def owner(self) -> str:
        """Whose account it is; one for each look, as people may not ask too often."""
        return f"drycleaner{self.look}"

    def shoot(self, name: str) -> None:
        """Keep the page as it is now, whatever that means to who looks."""
        raise NotImplementedError(name)

    def token(self, number: int = 1) -> str:
        """The token of a mailed link."""
        return self.portal.inbox.wait(f"{self.owner}@example.com", number, "Password Reset").token


def sign_in(camera: Visitor) -> None:
    page = pages.SignInPage(camera.watch)
    page.open()
    expect(camera.page.locator("[data-live=true]")).to_be_attached()
    camera.shoot("sign-in")
    page.sign_in("drycleaner", "not the password")
    page.expect_problem("is incorrect")
    camera.shoot("sign-in-error")
    page.forgot()
    camera.shoot("forgot")


def recover_username(camera: Visitor) -> None:
    page = pages.RecoverPage(camera.watch)
    page.open()
    page.expect_picture()
    camera.shoot("recover-username")
    page.ask("not an address", "")
    page.expect_problem("Enter")
    camera.shoot("recover-username-error")
    page.ask(f"{camera.owner}@example.com", CHARACTERS)
    pages.UsernameSentPage(camera.watch).expect_shown()
    camera.shoot("recover-username-sent")


def reset_password(camera: Visitor) -> None:
    page = pages.ResetPage(camera.watch)
    page.open()
    page.expect_picture()
    camera.shoot("reset-password")
    camera.page.get_by_role("button", name="Verify another way").click()
    expect(camera.page.locator("altcha-widget input[type=checkbox]")).to_be_attached()
    camera.shoot("reset-password-another-way")
    camera.page.get_by_role("button", name="Use the characters instead").click()
    page.ask("", "WRONGX")
    page.expect_problem("Enter")
    camera.shoot("reset-password-error")
    page.ask(camera.owner, CHARACTERS)
    sent = pages.SentPage(camera.watch)
    sent.expect_shown()
    camera.shoot("reset-password-sent")
    sent.send_again()
    sent.expect_status("Not yet. Check your inbox")
    camera.shoot("reset-password-sent-too-early")


def new_password(camera: Visitor) -> None:
    page = pages.NewPasswordPage(camera.watch)
    token = camera.token()
    page.open_link("/r/not-complete")
    page.expect_unusable("Copy the whole link from the email", "This link is not complete")
    camera.shoot("link-not-complete")
    page.open_link(f"/r/{token}")
    page.expect_for(camera.owner)
    page.password.type("Blue kettle, nine o'clock")
    camera.page.wait_for_timeout(1000)
    camera.shoot("new-password")
    page.change("too short")
    page.expect_problem("15 characters")
    camera.shoot("new-password-error")
    expire(camera.portal, token, timedelta(seconds=100))
    page.open_link(f"/r/{token}")
    expect(camera.page.locator("[role=alert].ends-soon")).to_be_visible()
    camera.shoot("new-password-ends-soon")
    expire(camera.portal, token, timedelta())
    page.open_link(f"/r/{token}")
    page.expect_unusable("expired at", "This link has expired")
    camera.shoot("link-expired")
    page.send_a_new_link()
    expect(camera.page.get_by_role("heading", name="Check your email")).to_be_visible()
    camera.shoot("link-renewed")
    page.open_link(f"/r/{camera.token(2)}")
    page.change(f"{PASSWORD}, and a new one")
    expect(camera.page.locator("[data-state=changed]")).to_be_visible()
    camera.shoot("password-changed")
    page.open_link(f"/r/{camera.token(2)}")
    expect(camera.page.locator("[data-live=true]")).to_be_attached()
    expect(camera.page.locator("[data-state=useless]").filter(visible=True)).to_contain_text("Was that you?")
    camera.shoot("link-used")


def not_me(camera: Visitor) -> None:
    for ending in ("", "#done", "#too-late", "#open-again"):
        camera.page.goto("about:blank")
        camera.page.goto(f"{addresses.NOT_ME}{ending}")
        expect(camera.page.locator("[data-live=true]")).to_be_attached()
        camera.shoot(f"not-me{ending.replace('#', '-')}")


def expire(portal: Portal, token: str, left: timedelta) -> None:
    with portal.database.writing() as session:
        session.get_one(ResetLink, sha256(token)).expires_at = now() + left


def account(camera: Visitor) -> None:
    page = pages.SignInPage(camera.watch)
    page.open()
    page.sign_in(camera.owner, f"{PASSWORD}, and a new one")
    pages.AccountPage(camera.watch).expect_of(camera.owner)
    with camera.portal.database.writing() as session:
        session.connection().execute(update(SignInSession).values(ip="2001:db8:85a3:8d3:1319:8a2e:370:7348"))
    pages.AccountPage(camera.watch).open()
    expect(camera.page.get_by_text("internet address 2001").first).to_be_visible()
    camera.shoot("account")
    changing = pages.ChangePasswordPage(camera.watch)
    changing.open()
    camera.shoot("change-password")
    changing.change("not the password", "x")
    changing.expect_problem("current password")
    camera.shoot("change-password-error")


def the_rest(camera: Visitor) -> None:
    pages.HelpPage(camera.watch).open()
    camera.shoot("help")
    camera.page.goto(addresses.ACCESSIBILITY)
    camera.shoot("accessibility")
    camera.page.goto("/nowhere/")
    expect(camera.page.get_by_role("heading", name="Page not found")).to_be_visible()
    camera.shoot("not-found")


def mails(camera: Visitor) -> None:
    """The HTML parts of all mails, as a browser shows them."""
    # A mail program has no policy of ours; the last page's would take the mail's styles away.
    camera.page.goto("about:blank")
    for name, mail in mail_previews.all_of(Settings(mode=Mode.TEST, secret_key="x" * 40, _env_file=None)).items():
        camera.page.set_content(mail.html)
        camera.shoot(f"mail-{name.replace('_', '-')}")


def without_scripts(camera: Visitor) -> None:
    """What an address tells."""
    context = camera.page.context.browser
    assert context is not None
    # Not switched off, as axe is a script, too: only the portal's own never come.
    plain = context.new_context(base_url=camera.portal.url, **LOOKS[camera.look])
    plain.route("**/*.js", lambda route: route.abort())
    page = plain.new_page()
    scripted, camera.page = camera.page, page
    page.goto(addresses.RESET_PASSWORD)
    camera.shoot("plain-reset-password")
    page.get_by_label("Input symbols").fill("WRONG")
    page.get_by_role("button", name="Next").click()
    camera.shoot("plain-reset-password-error")
    page.get_by_label("Username or Email Address").fill(f"{camera.owner}@example.com")
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    camera.shoot("plain-reset-password-sent")
    page.goto(f"{addresses.NEW_PASSWORD}#not-opened")
    camera.shoot("plain-link-not-opened")
    page.goto("/r/not-complete")
    camera.shoot("plain-link-not-complete")
    page.goto(addresses.SIGN_IN)
    pages.SignInPage(camera.watch).sign_in(camera.owner, "not the password")
    expect(page.locator(":target")).to_be_visible()
    camera.shoot("plain-sign-in-error")
    camera.page = scripted
    plain.close()


def without_socket(camera: Visitor) -> None:
    """What a proxy that closes every web socket and every poll leaves."""
    camera.page.route_web_socket("**/_event/**", lambda socket: socket.close())
    camera.page.route("**/_event/**", lambda route: route.abort())
    camera.page.goto(addresses.RESET_PASSWORD)
    expect(camera.page.locator("[data-state=no-connection]")).to_be_visible()
    camera.shoot("no-connection")


JOURNEYS = (sign_in, recover_username, reset_password, new_password, not_me, account, the_rest)
SCENES = (*JOURNEYS, without_scripts, without_socket, mails)
