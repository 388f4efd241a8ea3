"""A portal for all browser tests, browsers, and page objects."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import portal as portals
from tests.e2e.page_objects.base import Watch
from tests.portal import Portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The built portal, once for all browser tests."""
    with portals.running(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium where it is installed, else Playwright's own."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    args = [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet
    return {**browser_type_launch_args, "args": args, **({"executable_path": path} if path else {})}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], portal: Portal) -> dict[str, Any]:
    """Addresses relative to the portal, in the zone of the person who reads them."""
    return {**browser_context_args, "base_url": portal.url, "timezone_id": "America/Los_Angeles", "locale": "en-US"}


@pytest.fixture
def visit(page: Page) -> Watch:
    """The test's browser tab, watched for errors."""
    return Watch(page)


@pytest.fixture
def another_browser(browser: Browser, portal: Portal) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers with cookies of their own."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(base_url=portal.url, **options))
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()
