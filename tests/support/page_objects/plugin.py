"""Fixtures for the tests of a running portal. In `conftest.py`: `pytest_plugins = ["page_objects.plugin"]`.

A failed test leaves its trace, its screenshot, its mails and, if Playwright has its recorder, its video in the folder
`test-results/`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from .base import Watch
from .clock import Clock
from .mailbox import Mailbox

CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
KEPT = {"tracing": "retain-on-failure", "screenshot": "only-on-failure"}
FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what explains a failure, unless the command line asks for more."""
    kept = KEPT | ({"video": "retain-on-failure"} if has_recorder() else {})
    for name, value in kept.items():
        if getattr(config.option, name) == "off":
            setattr(config.option, name, value)


def has_recorder() -> bool:
    """Whether Playwright can record videos. `playwright install ffmpeg` brings what it needs."""
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "ffmpeg"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return any(
        Path(place).is_dir() for place in re.findall(r"Install location:\s+(.+?)\s*$", told.stdout, re.MULTILINE)
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember whether a test failed, for the fixtures that end after it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """A Chromium of this machine if there is one, otherwise Playwright's own."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    place = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **place, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}


@pytest.fixture
def watch(page: Page) -> Watch:
    """The test's tab. Page objects take it and fail on any error in it."""
    return Watch(page)


@pytest.fixture
def clock(page: Page, base_url: str) -> Clock:
    """The time of the portal and of the test's browser."""
    return Clock(page, base_url)


@pytest.fixture
def mailbox(page: Page, base_url: str, output_path: str, request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    """The mails that come while the test runs."""
    mailbox = Mailbox(page.context.request, base_url)
    yield mailbox
    if request.node.stash.get(FAILED, False):
        folder = Path(output_path)
        folder.mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(mailbox.mails(), start=1):
            (folder / f"mail-{number}.eml").write_text(mail.source, "utf-8")
