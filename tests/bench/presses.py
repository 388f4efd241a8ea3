"""People press Next at random moments after they have seen the picture, on a fast and on a slow connection.

Whatever a page is doing at that moment (its scripts come, it connects, it hears from the server), the press must count.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import TimeoutError as Late

from cers_app.commands import chromium
from tests.bench.first_paint import SLOW_4G
from tests.bench.report import Report
from tests.support.journeys import RECOVER, RESET
from tests.support.portal import CHARACTERS, Portal

BROWSERS, PRESSES_OF_ONE, AT_ONCE = 25, 4, 4
LATEST_SECONDS, PATIENCE_MS = 4.0, 40_000
READS_MS = 2_000
"""How long people look at the page after Next. Who opens the form again before that page has told the server that it is
there is led back to it, since the portal must assume that the answer never arrived."""
FIELDS = {RESET: "identifier", RECOVER: "email"}
SEEN = "() => document.querySelector('.picture img')?.naturalWidth"
ANSWERED = """() => location.pathname.includes('/sent/') && document.querySelector('[data-state=sent]')
  || document.querySelector('#problems h2')"""


def at_any_moment(report: Report, portal: Portal, scale: float) -> None:
    """Half of the presses on each connection; every one must be accepted."""
    browsers, seed = max(1, round(BROWSERS * scale)), random.randrange(1000)  # noqa: S311 - moments, no secrets
    presses = browsers * PRESSES_OF_ONE
    report.title(f"Next pressed within {LATEST_SECONDS:.0f} s of seeing the picture (moments of seed {seed})")
    for words, is_slow in (("fast connection", False), ("slow 4G", True)):
        found = asyncio.run(_all_of(portal, browsers, random.Random(seed), is_slow=is_slow))  # noqa: S311
        accepted = found.pop("accepted", 0)
        report.figure(
            f"{words}: presses accepted", f"{accepted} of {presses}", met=accepted == presses, goal="every one"
        )
        for answer, times in found.items():
            report.say(f"    {times}: {answer}")


async def _all_of(portal: Portal, browsers: int, chance: random.Random, *, is_slow: bool) -> Counter[str]:
    """What answered each press, and how often."""
    moments = [[chance.uniform(0, LATEST_SECONDS) for _ in range(PRESSES_OF_ONE)] for _ in range(browsers)]
    places = asyncio.Semaphore(AT_ONCE // 2)
    async with _chromium() as browser:

        async def one(number: int) -> list[str]:
            async with places:
                context = await browser.new_context(base_url=portal.url)
                answers = await _person(context, list(FIELDS)[number % 2], moments[number], is_slow=is_slow)
                await context.close()
                return answers

        found = await asyncio.gather(*(one(number) for number in range(browsers)))
    return Counter(answer for answers in found for answer in answers)


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = chromium.program()
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        await browser.close()


async def _person(context: BrowserContext, path: str, moments: list[float], *, is_slow: bool) -> list[str]:
    """A first visit, the same page once more in that tab, and two tabs side by side: four presses."""
    first, second = await _tab(context, is_slow=is_slow), await _tab(context, is_slow=is_slow)
    answers = [await _press(first, path, moments[0]), await _press(first, path, moments[1])]
    return answers + list(await asyncio.gather(_press(first, path, moments[2]), _press(second, path, moments[3])))


async def _tab(context: BrowserContext, *, is_slow: bool) -> Page:
    page = await context.new_page()
    if is_slow:
        session = await context.new_cdp_session(page)
        await session.send("Network.enable")
        await session.send("Network.emulateNetworkConditions", SLOW_4G)
    return page


async def _press(page: Page, path: str, moment: float) -> str:
    """Open the page, fill it in as soon as the picture is seen, and press Next at that moment."""
    try:
        await page.goto(path, wait_until="commit")
        await page.wait_for_function(SEEN, timeout=PATIENCE_MS)
        waiting = asyncio.create_task(asyncio.sleep(moment))
        await page.locator(f"input[name={FIELDS[path]}]").fill("somebody@example.org")
        await page.locator("input[name=characters]").fill(CHARACTERS)
        await waiting
        await page.get_by_role("button", name="Next").click(no_wait_after=True)
        await page.wait_for_function(ANSWERED, timeout=PATIENCE_MS)
    except Late:
        return "no answer"
    if "/sent/" in urlsplit(page.url).path:
        await page.wait_for_timeout(READS_MS)
        return "accepted"
    return " ".join((await page.locator("#problems li").all_inner_texts()) or ["no words"])
