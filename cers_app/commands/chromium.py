"""Whether the browser tests have a Chromium; nothing here needs more than Python's own library."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell first: it draws no window around its pages, which takes a third off the time of the browser tests."""
LOCATION = re.compile(r"^\s*Install location:\s+(.+?)\s*$", re.MULTILINE)
COMPLETE = "INSTALLATION_COMPLETE"
"""The file Playwright puts into a folder when everything in it was unpacked."""


def program() -> str | None:
    """The one on the PATH; `None` where there is none, and Playwright starts its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def is_there() -> bool:
    """A Chromium that the tests can start: one on the PATH, or Playwright's own of the revision it wants."""
    if program():
        return True
    folders = playwrights_folders()
    return bool(folders) and all((folder / COMPLETE).exists() for folder in folders)


def playwrights_folders() -> list[Path]:
    """Where the installed Playwright looks for its Chromium; none when it is not installed.

    It is asked itself: it knows its revisions, the headless shell beside the browser, and
    `PLAYWRIGHT_BROWSERS_PATH`. Nothing is fetched.
    """
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - nothing typed in it
    return [Path(folder) for folder in LOCATION.findall(told.stdout)] if told.returncode == 0 else []
