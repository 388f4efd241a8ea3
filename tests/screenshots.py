"""Takes the pictures in `docs/screenshots/`, each page wide, at 320 px and dark. `make screenshots` runs it.

The portal is the built one, in test mode, with a database and a mail server of its own.
"""

import io
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cers_app.accounts.models import ResetLink
from cers_app.digests import sha256
from cers_app.outside import now
from tests import portal as portals
from tests.e2e import page_objects as pages
from tests.portal import CHARACTERS, PASSWORD, ROOT, Portal

FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 128
LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "320": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


@dataclass
class Camera:
    """One browser with one look."""

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
        """Take a picture of the whole page, in few colours, so that it stays small."""
        self.page.wait_for_timeout(300)
        image = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
        image.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}-{self.look}.png", optimize=True)

    def token(self, number: int = 1) -> str:
        """The token of a mailed link."""
        return self.portal.inbox.wait(f"{self.owner}@example.com", number, "Password Reset").token


def sign_in(camera: Camera) -> None:
    page = pages.SignInPage(camera.watch)
    page.open()
    expect(camera.page.locator("[data-live=true]")).to_be_attached()
    camera.shoot("sign-in")
    page.sign_in("drycleaner", "not the password")
    page.expect_problem("not right")
    camera.shoot("sign-in-error")
    page.forgot()
    camera.shoot("forgot")


def recover_username(camera: Camera) -> None:
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


def reset_password(camera: Camera) -> None:
    page = pages.ResetPage(camera.watch)
    page.open()
    page.expect_picture()
    camera.shoot("reset-password")
    page.ask("", "WRONGX")
    page.expect_problem("Enter")
    camera.shoot("reset-password-error")
    page.ask(camera.owner, CHARACTERS)
    sent = pages.SentPage(camera.watch)
    sent.expect_shown()
    sent.send_again()
    sent.expect_status("a moment ago")
    camera.shoot("reset-password-sent")


def new_password(camera: Camera) -> None:
    page = pages.NewPasswordPage(camera.watch)
    token = camera.token()
    page.open_link("/r/not-complete")
    page.expect_unusable("not complete")
    camera.shoot("link-not-complete")
    page.open_link(f"/r/{token}")
    page.expect_for(camera.owner)
    page.password.type("Blue kettle, nine o'clock")
    camera.page.wait_for_timeout(1000)
    camera.shoot("new-password")
    page.change("too short")
    page.expect_problem("15 characters")
    camera.shoot("new-password-error")
    expire(camera.portal, token)
    page.open_link(f"/r/{token}")
    page.expect_unusable("has expired")
    camera.shoot("link-expired")
    page.send_a_new_link()
    expect(camera.page.get_by_role("heading", name="Check your email")).to_be_visible()
    camera.shoot("link-renewed")
    page.open_link(f"/r/{camera.token(2)}")
    page.change(f"{PASSWORD}, and a new one")
    expect(camera.page.locator("[data-state=changed]")).to_be_visible()
    camera.shoot("password-changed")


def expire(portal: Portal, token: str) -> None:
    with portal.database.writing() as session:
        session.get_one(ResetLink, sha256(token)).expires_at = now() - timedelta(minutes=1)


def account(camera: Camera) -> None:
    page = pages.SignInPage(camera.watch)
    page.open()
    page.sign_in(camera.owner, f"{PASSWORD}, and a new one")
    pages.AccountPage(camera.watch).expect_of(camera.owner)
    camera.shoot("account")
    changing = pages.ChangePasswordPage(camera.watch)
    changing.open()
    camera.shoot("change-password")
    changing.change("not the password", "x")
    changing.expect_problem("current password")
    camera.shoot("change-password-error")


def the_rest(camera: Camera) -> None:
    pages.HelpPage(camera.watch).open()
    camera.shoot("help")
    camera.page.goto("/nowhere/")
    expect(camera.page.get_by_role("heading", name="Page not found")).to_be_visible()
    camera.shoot("not-found")


def mails(camera: Camera) -> None:
    """The HTML parts of the mails, as a browser shows them."""
    subjects = {"Username Reminder": "mail-username", "Password Reset": "mail-link", "Password Changed": "mail-changed"}
    for subject, name in subjects.items():
        camera.page.set_content(camera.portal.inbox.wait(f"{camera.owner}@example.com", subject=subject).html)
        camera.shoot(name)


SCENES = (sign_in, recover_username, reset_password, new_password, account, the_rest, mails)


def take(portal: Portal, browser: Browser) -> None:
    """Every scene in every look."""
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=portal.url, timezone_id="America/Los_Angeles", **options)
        camera = Camera(portal, context.new_page(), look)
        portal.create_account(camera.owner)
        for scene in SCENES:
            scene(camera)
        context.close()


def main() -> None:
    """Renew all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=args)
        with portals.running(Path(folder)) as portal:
            take(portal, browser)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}/\n")


if __name__ == "__main__":
    main()
