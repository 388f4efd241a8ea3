"""What tests of every kind share: the built portal, and figures that the run prints at its end."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from cers_app.commands import chromium
from cers_app.storage.database import Database
from tests.support import portal as portals
from tests.support.portal import Portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The built portal, once for all tests that need one."""
    with portals.running(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every database that a test opens is closed at its end; Python 3.13 warns of each that is not."""
    opened: list[Database] = []
    begin = Database.__init__

    def note(database: Database, url: str) -> None:
        begin(database, url)
        opened.append(database)

    monkeypatch.setattr(Database, "__init__", note)
    yield
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium where it is installed, else Playwright's own."""
    path = chromium.program()
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    args = [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet
    return {**browser_type_launch_args, "args": args, **({"executable_path": path} if path else {})}


@pytest.fixture
def another_browser(browser: Browser, portal: Portal) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers with cookies of their own."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(**{"base_url": portal.url, **options}))
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Print a measured figure at the end of the run."""
    return lambda figure: record_property("figure", figure)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, which travel with the reports of the worker that measured them."""
    passed = terminalreporter.getreports("passed")
    figures = [value for report in passed for name, value in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        for line in figures:
            terminalreporter.line(line)
