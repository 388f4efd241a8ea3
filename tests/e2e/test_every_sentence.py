"""Every sentence of the CERS help page stands where it belongs, to the letter."""

import re

import pytest
from playwright.sync_api import Browser

from tests.e2e.sentences import MAILS, PAGES, missing
from tests.support.journeys import RECOVER, RESET, ask
from tests.support.portal import Portal
from tests.support.staged import STAGES, open_stage


@pytest.fixture(scope="module")
def read(portal: Portal, browser: Browser) -> dict[str, str]:
    """What stands on each page that has a sentence of the help page."""
    page, texts = browser.new_context(base_url=portal.url).new_page(), dict[str, str]()
    for name in PAGES:
        open_stage(page, STAGES[name])
        texts[name] = page.locator("body").inner_text()
    page.context.close()
    return texts


@pytest.mark.parametrize("name", PAGES)
def test_every_sentence_stands_on_its_page(read: dict[str, str], name: str) -> None:
    assert missing(PAGES[name], read[name]) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_search_misses_each_sentence_that_is_taken_away(read: dict[str, str], name: str) -> None:
    flat = " ".join(read[name].split())
    for sentence in PAGES[name]:
        assert sentence in missing(PAGES[name], flat.replace(sentence, ""))


@pytest.mark.parametrize(("subject", "page"), [("Username Reminder", RECOVER), ("Password Reset", RESET)])
def test_every_sentence_stands_in_its_mail(portal: Portal, subject: str, page: str) -> None:
    name = f"words{subject[0].lower()}"
    portal.create_account(name, f"{name}@example.com")
    ask(portal, f"{name}@example.com", page)
    mail = portal.inbox.wait(f"{name}@example.com", subject=subject)
    html = re.sub(r"<style.*?</style>|<[^>]+>", "", mail.html, flags=re.DOTALL)

    assert mail.mail["Subject"] == f"CERS Account {subject}"
    assert missing(MAILS[subject], mail.text) == []
    assert missing(tuple(part for part in MAILS[subject] if part != "----"), html) == []
