"""The pages themselves tell nobody whether an account exists."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.support.page_objects import ResetPage, SentPage, Watch
from tests.support.page_objects.mail_request import REFERENCE
from tests.support.portal import CHARACTERS, Portal

TIME = re.compile(r"\d+:\d\d:\d\d [AP]M P[DS]T \(in \d:\d\d\)")
SHAPE = """() => JSON.stringify([...document.querySelectorAll('body *')].map(e =>
    [e.tagName, e.className, e.getAttribute('role'), e.getAttribute('href')?.replace(/[0-9a-f]{32}/, '#')]))"""


@pytest.fixture(scope="module", autouse=True)
def owner(portal: Portal) -> None:
    portal.create_account("pageperson")


@pytest.mark.parametrize(
    ("known", "unknown"), [("pageperson", "nopageever"), ("pageperson@example.com", "nopageever@example.com")]
)
def test_known_and_unknown_people_see_the_same_page(
    another_browser: Callable[..., BrowserContext], known: str, unknown: str
) -> None:
    first, second = (confirmation(another_browser, identifier) for identifier in (known, unknown))

    assert first == second
    assert first != confirmation(another_browser, "ab@example.com" if "@" not in known else "pageperson")


def confirmation(another_browser: Callable[..., BrowserContext], identifier: str) -> tuple[str, str, str]:
    """Title, text and elements of the confirmation, without the mask of what was typed."""
    watch = Watch(another_browser().new_page())
    page = ResetPage(watch)
    page.open()
    page.ask(identifier, CHARACTERS)
    sent = SentPage(watch)
    sent.expect_shown()
    local, _, domain = identifier.partition("@")
    mask = f"{local[:2]}{'*' * (len(local) - 4)}{local[-2:]}@{domain}" if domain else ""
    text = REFERENCE.sub("REFERENCE", TIME.sub("TIME", watch.page.locator("body").inner_text()))
    text = text if domain else text.replace(identifier, "NAME")
    return watch.page.title(), text.replace(mask, "MASK") if mask else text, watch.page.evaluate(SHAPE)
