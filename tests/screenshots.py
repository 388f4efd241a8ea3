"""Takes pictures of every page in every stage, wide, at 320 px and dark. `make screenshots` runs it.

The portal is the built one, in test mode, with a database and a mail server of its own. `make screenshots
STAGES="account link"` takes only the stages whose names begin so.
"""

import io
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cers_app.commands import chromium
from cers_app.development.stages import Stage
from tests.support import portal as portals
from tests.support.portal import ROOT, Portal
from tests.support.staged import LOOKS, STAGES, open_stage

FOLDER = ROOT / ".local" / "screenshots"
COLORS = 256


def shoot(page: Page, name: str) -> None:
    """Take a picture of the whole page, in few colors, so that it stays small."""
    page.wait_for_timeout(300)
    image = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    image.convert("RGB").quantize(COLORS).save(FOLDER / f"{name}.png", optimize=True)


def take(portal: Portal, browser: Browser, stages: Sequence[Stage]) -> None:
    """These stages in every look."""
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=portal.url, timezone_id="America/Los_Angeles", **options)
        page = context.new_page()
        for stage in stages:
            open_stage(page, stage)
            shoot(page, f"{stage.name}-{look}")
        context.close()


def main(beginnings: Sequence[str]) -> None:
    """Renew all pictures, or those of the stages whose names begin so."""
    stages = [stage for stage in STAGES.values() if stage.name.startswith(tuple(beginnings or [""]))]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    path = chromium.program()
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=args)
        with portals.running(Path(folder)) as portal:
            take(portal, browser, stages)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}/\n")


if __name__ == "__main__":
    main(sys.argv[1:])
