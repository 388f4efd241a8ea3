"""Every sentence of the CERS help page stands where it belongs, to the letter."""

import re

import pytest
from playwright.sync_api import Browser

from tests.e2e.sentences import MAILS, PAGES, missing
from tests.support.page_objects import (
    ForgotPage,
    HelpPage,
    RecoverPage,
    ResetPage,
    SentPage,
    SignInPage,
    UsernameSentPage,
    Watch,
)
from tests.support.portal import CHARACTERS, Portal


@pytest.fixture(scope="module")
def read(portal: Portal, browser: Browser) -> dict[str, str]:
    """What stands on each page of both journeys."""
    portal.create_account("caxxxxx01", "caxxxxx01@example.com")
    portal.create_account("annswords", "anngause.words@example.com")
    context = browser.new_context(base_url=portal.url)
    watch = Watch(context.new_page())
    texts: dict[str, str] = {}

    def keep(name: str) -> None:
        texts[name] = watch.page.locator("body").inner_text()

    for name, page in (("sign-in", SignInPage(watch)), ("forgot", ForgotPage(watch)), ("help", HelpPage(watch))):
        page.open()
        keep(name)
    recover = RecoverPage(watch)
    recover.open()
    recover.expect_picture()
    keep("recover-username")
    recover.ask("anwordse@example.com", CHARACTERS)
    UsernameSentPage(watch).expect_shown()
    keep("recover-username-sent")
    recover.open()
    recover.ask("anngause.words@example.com", CHARACTERS)
    UsernameSentPage(watch).expect_shown()
    for identifier, name in (
        ("caxxxxx01@example.com", "reset-password-sent"),
        ("caxxxxx01", "reset-password-sent-username"),
    ):
        reset = ResetPage(watch)
        reset.open()
        reset.expect_picture()
        keep("reset-password")
        reset.ask(identifier, CHARACTERS)
        SentPage(watch).expect_shown()
        keep(name)
    context.close()
    return texts


@pytest.mark.parametrize("name", PAGES)
def test_every_sentence_stands_on_its_page(read: dict[str, str], name: str) -> None:
    assert missing(PAGES[name], read[name]) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_search_misses_each_sentence_that_is_taken_away(read: dict[str, str], name: str) -> None:
    flat = " ".join(read[name].split())
    for sentence in PAGES[name]:
        assert sentence in missing(PAGES[name], flat.replace(sentence, ""))


@pytest.mark.parametrize(
    ("subject", "to"),
    [("Username Reminder", "anngause.words@example.com"), ("Password Reset", "caxxxxx01@example.com")],
)
def test_every_sentence_stands_in_its_mail(portal: Portal, read: dict[str, str], subject: str, to: str) -> None:
    assert read["help"]
    mail = portal.inbox.wait(to, subject=subject)
    html = re.sub(r"<style.*?</style>|<[^>]+>", "", mail.html, flags=re.DOTALL)

    assert mail.mail["Subject"] == f"CERS Account {subject}"
    assert missing(MAILS[subject], mail.text) == []
    assert missing(tuple(part for part in MAILS[subject] if part != "----"), html) == []
