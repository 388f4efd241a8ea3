"""Finds a Chromium for the browser tests. Uses only Python's own library."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell comes first. It draws no window, so the browser tests take a third less time."""
LOCATION = re.compile(r"^\s*Install location:\s+(.+?)\s*$", re.MULTILINE)
COMPLETE = "INSTALLATION_COMPLETE"
"""Playwright writes this file into a folder after unpacking everything."""


def program() -> str | None:
    """The Chromium on the PATH. Without one, returns `None` and Playwright starts its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def is_there() -> bool:
    """Whether the tests can start a Chromium: one on the PATH, or the revision that Playwright wants."""
    if program():
        return True
    folders = playwrights_folders()
    return bool(folders) and all((folder / COMPLETE).exists() for folder in folders)


def playwrights_folders() -> list[Path]:
    """The folders where Playwright looks for its Chromium. Empty if Playwright is not installed.

    Playwright itself names the folders, because only Playwright knows its revisions, its headless shell and
    `PLAYWRIGHT_BROWSERS_PATH`. Playwright downloads nothing here.
    """
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - nothing typed in it
    return [Path(folder) for folder in LOCATION.findall(told.stdout)] if told.returncode == 0 else []
