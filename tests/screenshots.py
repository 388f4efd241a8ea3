"""Takes the pictures in `docs/screenshots/`, each page wide, at 320 px and dark. `make screenshots` runs it.

The portal is the built one, in test mode, with a database and a mail server of its own.
"""

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from cers_app.commands import chromium
from tests.support import portal as portals
from tests.support.portal import ROOT, Portal
from tests.support.scenes import LOOKS, SCENES, Visitor

FOLDER = ROOT / "docs" / "screenshots"
COLORS = 256


class Camera(Visitor):
    """Takes pictures."""

    def shoot(self, name: str) -> None:
        """Take a picture of the whole page, in few colors, so that it stays small."""
        self.page.wait_for_timeout(300)
        image = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
        image.convert("RGB").quantize(COLORS).save(FOLDER / f"{name}-{self.look}.png", optimize=True)


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
    path = chromium.program()
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=args)
        with portals.running(Path(folder)) as portal:
            take(portal, browser)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}/\n")


if __name__ == "__main__":
    main()
