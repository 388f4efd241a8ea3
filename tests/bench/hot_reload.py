"""How soon open tabs show what a developer saves under `make dev`, and whether the tabs keep their place."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from cers_app.commands import chromium
from tests.bench.report import Report
from tests.support.page_objects import AccountPage, NewPasswordPage, ResetPage, SignInPage, Watch
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.sources import replace

TIMES, WINDOW = 7, ViewportSize(width=700, height=400)
LONGEST_SECONDS = 30.0
"""A change that a tab does not show by then is never shown."""
REST_MS = 4_000
"""Between two changes: the server has started again, and the tabs have heard from it."""
WRONG = "a password of nobody"
PLACE = """() => ({
  address: location.pathname + location.search + location.hash,
  heading: document.querySelector("h1")?.textContent,
  stage: [...document.querySelectorAll("[data-state]")].map((one) => one.dataset.state).join(" "),
  typed: [...document.querySelectorAll("main input:not([type=hidden])")].map((box) => box.value).join("|"),
  focus: document.activeElement.id,
  scrolled: scrollY,
  "loaded once": globalThis.opened === true,
})"""

CONNECTIONS = """
const Native = WebSocket;
globalThis.WebSocket = class extends Native {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => {
      if (String(data).includes('"is_hydrated_rx_state_":true')) globalThis.isConnectedAgain = true;
    });
  }
};
"""
"""Notes when the State of a new connection has reached the tab."""
AGAIN = "() => globalThis.isConnectedAgain"


@dataclass(frozen=True, slots=True)
class Change:
    """A text in a file that the bench replaces, and what a tab at the sign-in page then shows."""

    name: str
    file: str
    texts: tuple[str, str]
    is_shown: Callable[[Page, str], bool]
    most: float
    """Seconds that the slowest may take."""


def _says(page: Page, text: str) -> bool:
    return bool(page.evaluate("(text) => document.body.innerText.includes(text)", text.strip('"')))


def _is_styled(page: Page, text: str) -> bool:
    spacing = page.evaluate("() => getComputedStyle(document.querySelector('h1')).letterSpacing")
    return bool((spacing == "2px") == ("2px" in text))


def _answers(page: Page, text: str) -> bool:
    """As soon as the tab has its new connection, fill in the form and press. The new rule must answer."""
    if not page.evaluate(AGAIN):
        return False
    fill_in(page)
    page.get_by_role("button", name="Sign In", exact=True).click()
    wanted = "Enter your password" if "Incomplete" in text else "The username or password you entered is incorrect."
    page.get_by_role("alert").filter(has_text=wanted).wait_for(timeout=LONGEST_SECONDS * 1000)
    return True


CHANGES = (
    Change(
        "a sentence of one page",
        "cers_app/words/sign_in.py",
        ('"Your username or your email address"', '"Your username or your own email address"'),
        _says,
        3,
    ),
    Change(
        "a sentence of every page",
        "cers_app/words/common.py",
        ('"Need help?"', '"Need any help?"'),
        _says,
        3,
    ),
    Change(
        "a style",
        "assets/portal.css",
        ("letter-spacing: -.01em; text-wrap: balance", "letter-spacing: 2px; text-wrap: balance"),
        _is_styled,
        1,
    ),
    Change(
        "a flow",
        "cers_app/sign_in/flow.py",
        (
            "stored is None:\n            return NotRecognized()",
            "stored is None:\n            return Incomplete(username=False, password=True)",
        ),
        _answers,
        5,
    ),
)


def saved_changes(report: Report, portal: Portal, sources: Path, scale: float) -> None:
    """Save each kind of change, first with one open tab and then with many."""
    portal.create_account("developer")
    with _chromium() as browser:
        tab = _open(browser, portal, sign_in)
        report.title("From saving a file until an open tab shows the change")
        for change in CHANGES:
            times = [_shown_after(change, tab, sources) for _ in range(max(2, round(TIMES * scale)))]
            _tell(report, change, times)
        tab.context.close()
        report.title("What five tabs keep when a file is saved")
        for change in CHANGES:
            _places(report, portal, browser, change, sources)


def _tell(report: Report, change: Change, times: list[float]) -> None:
    slowest = max(times)
    told = f"{median(times):.2f} s (slowest {slowest:.2f})" if slowest < LONGEST_SECONDS else "never shown"
    report.figure(change.name, told, met=slowest < change.most, goal=f"under {change.most:.0f} s")


def _shown_after(change: Change, tab: Page, sources: Path) -> float:
    """Seconds from the save until the tab shows the change, at most `LONGEST_SECONDS`."""
    tab.wait_for_timeout(REST_MS)
    text = _save(change, tab, sources)
    return _until(lambda: change.is_shown(tab, text), tab)


def _until(holds: Callable[[], object], tab: Page) -> float:
    """Seconds until something holds, at most `LONGEST_SECONDS`. The tab goes on meanwhile."""
    began = time.perf_counter()
    while not holds() and time.perf_counter() - began < LONGEST_SECONDS:
        tab.wait_for_timeout(10)
    return min(time.perf_counter() - began, LONGEST_SECONDS)


def _save(change: Change, tab: Page, sources: Path) -> str:
    """Replace one text of the change by the other, and return it. The tab then notes when it has connected again."""
    tab.evaluate("() => { globalThis.isConnectedAgain = false; }")
    file = sources / change.file
    old, new = change.texts if change.texts[0] in file.read_text("utf-8") else reversed(change.texts)
    replace(file, old, new)
    return new


def _places(report: Report, portal: Portal, browser: Browser, change: Change, sources: Path) -> None:
    """Open a tab at each stage, save a change, and compare what the tabs then show with what they showed before."""
    tabs = {name: _open(browser, portal, go) for name, go in STAGES.items()}
    before = {name: tab.evaluate(PLACE) for name, tab in tabs.items()}
    tab = tabs["sign in"]
    text = _save(change, tab, sources)
    _until(lambda: tab.evaluate(AGAIN) or (change.is_shown is _is_styled and _is_styled(tab, text)), tab)
    tab.wait_for_timeout(REST_MS)
    lost = {name: _differences(before[name], tab.evaluate(PLACE)) for name, tab in tabs.items()}
    kept = sum(not words for words in lost.values())
    report.figure(f"{change.name}: tabs in place", f"{kept} of {len(tabs)}", met=kept == len(tabs), goal="every one")
    for name, words in lost.items():
        if words:
            report.say(f"    {name}: {words}")
    for tab in tabs.values():
        tab.context.close()


def _differences(before: dict[str, Any], after: dict[str, Any]) -> str:
    found = [f"{what} was {before[what]!r}, is {after[what]!r}" for what in before if before[what] != after[what]]
    return "; ".join(found)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=args)
        yield browser
        browser.close()


def _open(browser: Browser, portal: Portal, go: Callable[[Watch, Portal], None]) -> Page:
    """A tab of a browser of its own, at a stage, scrolled, with the focus in its last box."""
    page = browser.new_context(base_url=portal.url, viewport=WINDOW).new_page()
    page.add_init_script(CONNECTIONS)
    go(Watch(page), portal)
    expect(page.locator("[data-live=true]")).to_be_attached()
    page.evaluate("() => { globalThis.opened = true; scrollTo(0, 60); }")
    return page


def sign_in(watch: Watch, _portal: Portal) -> None:
    """Somebody has typed a name and a password."""
    SignInPage(watch).open_slowly()
    fill_in(watch.page)


def fill_in(page: Page) -> None:
    """The fields of the sign-in page."""
    page.get_by_label("Username").fill("somebody")
    page.get_by_label("Password", exact=True).fill(WRONG)


def _ask(watch: Watch, _portal: Portal) -> None:
    page = ResetPage(watch)
    page.open_slowly()
    page.expect_picture()
    page.identifier.fill("developer")
    page.symbols.fill("ACD")


def _confirmed(watch: Watch, _portal: Portal) -> None:
    page = ResetPage(watch)
    page.open_slowly()
    page.ask("developer", CHARACTERS)
    watch.page.locator("[data-state=reference]").wait_for()


def _link(watch: Watch, portal: Portal) -> None:
    _confirmed(watch, portal)
    NewPasswordPage(watch).open_link(portal.inbox.wait("developer@example.com").link)
    NewPasswordPage(watch).expect_for("developer")
    NewPasswordPage(watch).password.fill(WRONG)


def _account(watch: Watch, _portal: Portal) -> None:
    page = SignInPage(watch)
    page.open_slowly()
    page.sign_in("developer", PASSWORD)
    AccountPage(watch).expect_of("developer")


STAGES: dict[str, Callable[[Watch, Portal], None]] = {
    "sign in": sign_in,
    "a request half typed": _ask,
    "the confirmation": _confirmed,
    "an opened link": _link,
    "the account": _account,
}
