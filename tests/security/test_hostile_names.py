"""Names and addresses that are code, markup or header lines stay texts, on the pages and in the mails."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cers_app.accounts.models import Account
from tests.support.journeys import RECOVER, ask
from tests.support.page_objects import ResetPage, Watch
from tests.support.people import Open, sign_in
from tests.support.portal import CHARACTERS, Portal

RUN = "globalThis.wasRun = true"
MARKUP = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror='{RUN}'>",
    f'"><svg onload="{RUN}">',
    f"</title></textarea><iframe srcdoc='<script>parent.{RUN}</script>'>",
]
TEMPLATES = ["{{2357*7532}}", "{0.__class__.__init__}", "${2357*7532}", "{% import os %}", "%(password)s"]
HEADERS = [
    "Ann\r\nBcc: eve@example.com",
    "Ann\nBcc: eve@example.com",
    "Ann\r\n\r\nBcc: eve@example.com",
    "\u2028Bcc: eve@example.com",
]
ODD = ["\u202eelgnis\u200b", "http://evil.example/r/x", "/etc/passwd", "x" * 100]


def named(portal: Portal, username: str, first: str, last: str) -> Account:
    """An account whose owner has an odd name."""
    account = portal.create_account(username)
    with portal.database.writing() as session:
        row = session.get_one(Account, account.id)
        row.first_name, row.last_name = first, last
    return account


def was_run(page: Page) -> bool:
    """Whether a script somebody slipped in ran."""
    return bool(page.evaluate("() => globalThis.wasRun === true"))


@pytest.fixture
def page(another_browser: Open) -> Page:
    context: BrowserContext = another_browser()
    return context.new_page()


def test_a_name_made_of_markup_is_shown_as_it_is_written(portal: Portal, page: Page) -> None:
    first, last = "".join(MARKUP), " ".join(TEMPLATES)
    named(portal, "markupname", first, last)
    sign_in(Watch(page), "markupname")

    for shown in page.get_by_text(f"{first} {last}").all():  # in the page, and in its header
        expect(shown).to_be_visible()
    expect(page.get_by_text(f"{first} {last}")).to_have_count(2)
    assert (
        page.locator("main img, main svg, main iframe, main script, header img, header svg, header iframe").count() == 0
    )
    assert not was_run(page)
    page.evaluate(f"() => {{ {RUN} }}")
    assert was_run(page), "a script that runs is seen"


@pytest.mark.parametrize(
    "typed", [f"<img/src=x/onerror={RUN.replace(' ', '')}>@example.com", "{{2357*7532}}@example.com"]
)
def test_markup_that_was_typed_is_nobodys_name_and_does_not_run(portal: Portal, page: Page, typed: str) -> None:
    assert portal.url
    asking = ResetPage(Watch(page))
    asking.open()
    asking.ask(typed, CHARACTERS)

    asking.expect_problem("Enter only your username")
    expect(asking.identifier).to_have_value(typed)
    assert page.locator("main img[src=x]").count() == 0
    assert not was_run(page)


@pytest.mark.parametrize(
    "name", [*MARKUP, *TEMPLATES, *HEADERS, *ODD], ids=lambda name: ascii(name[:12]).strip("'").replace("\\", "")
)
def test_a_name_is_only_text_in_a_mail(portal: Portal, name: str) -> None:
    username = f"odd{[*MARKUP, *TEMPLATES, *HEADERS, *ODD].index(name):02}name"
    named(portal, username, name, "Gause")
    ask(portal, f"{username}@example.com", RECOVER)
    received = portal.inbox.wait(f"{username}@example.com")

    assert received.recipients == (f"{username}@example.com",)
    assert received.mail.defects == []
    assert str(received.mail["To"]) == f"{username}@example.com"
    for header in ("bcc", "cc", "sender", "return-path"):
        assert received.mail[header] is None
    assert [part.get_content_type() for part in received.mail.iter_parts()] == ["text/plain", "text/html"]
    assert list(received.mail.iter_attachments()) == []
    assert "<script" not in received.html
    assert "<img" not in received.html
    assert "<iframe" not in received.html
    assert 'href="http://evil.example' not in received.html
    assert str(2357 * 7532) not in received.text
    assert name.split(maxsplit=1)[0] in received.text
    assert f"Your username is: {username}" in received.text


def test_nobody_is_written_to_when_everybodys_name_says_bcc(portal: Portal) -> None:
    named(portal, "bccasname", "Ann\r\nBcc: eve@example.com", "x\r\nTo: eve@example.com")
    ask(portal, "bccasname@example.com", RECOVER)
    portal.inbox.wait("bccasname@example.com")

    assert portal.inbox.to("eve@example.com") == []
