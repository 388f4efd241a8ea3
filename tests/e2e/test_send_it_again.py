"""Send it again, on a portal where a second mail may follow after a second."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import portal as portals
from tests.e2e.page_objects import RecoverPage, ResetPage, SentPage, UsernameSentPage, Watch
from tests.portal import CHARACTERS, Portal

PATIENCE_SECONDS = 15


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a short cool-down."""
    folder = tmp_path_factory.mktemp("quick")
    with portals.running(folder, CERS_LIMIT_MAIL_GAP_SECONDS="1") as running:
        yield running


@pytest.mark.parametrize(
    ("form", "sent", "subject"),
    [(RecoverPage, UsernameSentPage, "Username Reminder"), (ResetPage, SentPage, "Password Reset")],
)
def test_after_the_cool_down_it_is_sent_again_without_new_characters(
    quick: Portal,
    browser: Browser,
    form: type[RecoverPage] | type[ResetPage],
    sent: type[UsernameSentPage] | type[SentPage],
    subject: str,
) -> None:
    name = f"onceagain{len(subject)}"
    quick.create_account(name)
    watch = Watch(browser.new_page(base_url=quick.url))
    page = form(watch)
    page.open()
    page.ask(f"{name}@example.com", CHARACTERS)
    shown = sent(watch)
    shown.expect_shown()
    quick.inbox.wait(f"{name}@example.com", 1, subject)

    status = watch.page.locator("[data-state=again]")
    limit = time.monotonic() + PATIENCE_SECONDS
    while "We sent another email." not in status.inner_text() and time.monotonic() < limit:
        said = status.locator("span").element_handle()
        shown.send_again()
        # Each answer is an element of its own; an empty one counts as hidden from the start.
        watch.page.wait_for_function("one => !one.isConnected", arg=said)
    expect(status).to_contain_text("We sent another email.")
    quick.inbox.wait(f"{name}@example.com", 2, subject)

    watch.page.reload()
    shown.expect_shown()
    watch.page.context.close()
