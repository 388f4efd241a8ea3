"""What every page must be: whole, titled, labeled, and without an error in the browser's console."""

import re
from dataclasses import dataclass, field
from typing import ClassVar

from playwright.sync_api import ConsoleMessage, Page, Request, Response, expect

BAD = 400


@dataclass
class Watch:
    """A browser tab whose errors are kept."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # A navigation ends what the page was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= BAD:
            self.errors.append(f"{response.status}: {response.url}")


class LeavingWatch(Watch):
    """For a page that polls. The portal refuses its last poll when a sign-in, sign-out or reset changed the cookies."""

    def _answered(self, response: Response) -> None:
        if "/_event/" not in response.url:
            super()._answered(response)

    def _console(self, message: ConsoleMessage) -> None:
        if "status of 400" not in message.text:
            super()._console(message)


class PortalPage:
    """A page of the portal."""

    PATH: ClassVar[str]
    HEADING: ClassVar[str]

    def __init__(self, watch: Watch) -> None:
        """In this tab."""
        self.watch, self.page = watch, watch.page

    def open(self) -> None:
        """Go there by its address, and wait until what is pressed goes through the socket."""
        self.page.goto(self.PATH)
        self.expect_live()
        self.expect_shown()

    def open_slowly(self) -> None:
        """The same where pages are built at their first visit; only then can they be judged."""
        self.page.goto(self.PATH)
        self.expect_live()
        self.watch.errors.clear()
        self.open()

    def expect_live(self) -> None:
        """The tab is at this page's address, and the page has its State's first answer."""
        expect(self.page).to_have_url(re.compile(rf"{re.escape(self.PATH)}(?:\?.*)?(?:#.*)?$"))
        expect(self.page.locator("[data-live=true]")).to_be_attached()

    def expect_shown(self, heading: str = "") -> None:
        """The page is there and sound."""
        heading = heading or self.HEADING
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
        self.expect_sound(heading)

    def expect_sound(self, heading: str) -> None:
        """One h1, which begins the title; every field labeled; nothing wider than the window; no error anywhere."""
        expect(self.page.locator("h1")).to_have_count(1)
        expect(self.page).to_have_title(re.compile(rf"^(Error: )?{re.escape(heading)} – CERS Business Portal$"))  # noqa: RUF001
        for box in self.page.locator("main input:not([type=hidden]):not(.unseen)").all():
            expect(self.page.locator(f"label[for='{box.get_attribute('id')}']")).to_have_count(1)
        assert not self.page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        assert not self.watch.errors, self.watch.errors

    def expect_problem(self, words: str) -> None:
        """The summary says what is wrong, has the focus, and the title says so too."""
        summary = self.page.get_by_role("alert")
        expect(summary).to_contain_text(words)
        expect(summary).to_be_focused()
        expect(self.page).to_have_title(re.compile("^Error: "))

    def expect_no_problem(self) -> None:
        """No summary."""
        expect(self.page.get_by_role("alert")).not_to_contain_text("There is a problem")
