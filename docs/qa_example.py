"""A whole reset in an automated browser: start, seed, drive, read the mail, follow the link."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support import portal as portals
from tests.support.page_objects import ChangedPage, NewPasswordPage, ResetPage, SentPage, Watch
from tests.support.portal import CHARACTERS

with (
    tempfile.TemporaryDirectory() as folder,
    portals.running(Path(folder)) as portal,
    sync_playwright() as playwright,
):
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
        args=["--no-sandbox"] if os.geteuid() == 0 else [],
    )
    portal.create_account("qaperson", "qaperson@example.com")
    watch = Watch(browser.new_page(base_url=portal.url))

    reset = ResetPage(watch)
    reset.open()
    reset.ask("qaperson", CHARACTERS)
    SentPage(watch).expect_sent_to("the email address on file for that account")

    mail = portal.inbox.wait("qaperson@example.com")
    page = NewPasswordPage(watch)
    page.open_link(mail.link)
    page.expect_for("qaperson")
    page.change("Blue kettle, nine o'clock train")
    ChangedPage(watch).expect_shown()
    sys.stdout.write("The password was changed.\n")
