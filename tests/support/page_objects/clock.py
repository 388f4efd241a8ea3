"""The portal's clock and the browser's, which go together."""

from typing import TYPE_CHECKING, cast

from playwright.sync_api import BrowserContext, Error, Page

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

OK = 200
TURN_IT_ON = "Start it with `make qa`, or with CERS_MODE=test."


class NotInTestModeError(AssertionError):
    """Only a portal in `test` mode has a clock that can be moved."""


class Clock:
    """Time for a test. Make it before the first page opens, since it takes over the browser's timers.

    Time only moves on. The next test begins where this one ended, as it would on another day.
    """

    def __init__(self, page: Page, portal: str) -> None:
        """`portal` is the portal's address. Raises `NotInTestModeError`."""
        self._page, self._context, self._portal, self._ahead = page, page.context, portal, 0.0
        self._ahead = self._move(advance="0s")
        self._context.clock.install()

    def advance(self, by: str, *, in_the_browser: bool = True) -> None:
        """Let time pass, such as `90s`, `61m`, `12h` or `30d`: for the portal, the page's timers and the cookies.

        A page whose timers have moved connects anew, as after a laptop has slept, and then asks the portal again. With
        `in_the_browser=False` the page notices nothing, as if it had stayed connected.
        """
        before, self._ahead = self._ahead, self._move(advance=by)
        if in_the_browser:
            age_cookies(self._context, self._ahead - before)
            self._page.clock.fast_forward(int(self._ahead - before) * 1000)

    def _move(self, **form: str | float | bool) -> float:
        """Move the portal's clock. Returns the seconds that it is ahead."""
        own = {"sec-fetch-site": "same-origin"}
        try:
            answer = self._context.request.post(f"{self._portal.rstrip('/')}/dev/clock", form=form, headers=own)
        except Error as broken:
            raise NotInTestModeError(f"No portal answers at {self._portal}. {TURN_IT_ON}") from broken
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if not is_json:
            raise NotInTestModeError(f"The portal at {self._portal} is not in test mode. {TURN_IT_ON}")
        assert answer.status == OK, answer.json()["problem"]
        return float(answer.json()["ahead_seconds"])


def age_cookies(context: BrowserContext, seconds: float) -> None:
    """Bring every cookie nearer to its end. A cookie without one ends with the browser."""
    for cookie in context.cookies():
        if cookie["expires"] > 0:
            context.add_cookies([cast("SetCookieParam", {**cookie, "expires": cookie["expires"] - seconds})])
