"""Send it again, on a portal where a second mail may follow after a second."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from tests.support import portal as portals
from tests.support.journeys import RESET, challenge_of
from tests.support.page_objects import RecoverPage, ResetPage, SentPage, UsernameSentPage, Watch
from tests.support.portal import CHARACTERS, Portal
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.wire import HYDRATE, RESET_SUBMIT, Socket, browse, handler

AGAIN = handler("reset_password___states", "reset_request_state", "again")


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
    words = "You asked for another email. CERS sends at most 3 emails an hour, and each of them works."
    limit = time.monotonic() + PATIENCE_SECONDS
    while words not in status.inner_text() and time.monotonic() < limit:
        said = status.locator("span").element_handle()
        shown.send_again()
        # Each answer is an element of its own; an empty one counts as hidden from the start.
        watch.page.wait_for_function("one => !one.isConnected", arg=said)
    expect(status).to_have_text(words)
    quick.inbox.wait(f"{name}@example.com", 2, subject)

    watch.page.reload()
    shown.expect_shown()
    watch.page.context.close()


def test_five_presses_after_the_third_email_say_nothing_of_an_email_that_was_sent(quick: Portal) -> None:
    quick.create_account("afterthree")
    with ThreadPoolExecutor() as pool:
        known, unknown = pool.map(lambda name: pressed_again(quick, name, 7), ("afterthree", "nobodythree"))

    assert known == unknown
    assert len(known) == 7
    assert not any("sent" in words.casefold() for words in known), known
    quick.inbox.wait("afterthree@example.com", 3, "Password Reset")
    assert len(quick.inbox.to("afterthree@example.com")) == 3


def pressed_again(quick: Portal, name: str, times: int) -> list[str]:
    """Ask for a link, and press Send it again until that was taken so many times; what was answered each time."""
    answers: list[str] = []
    limit = time.monotonic() + PATIENCE_SECONDS
    with Socket(quick.url, f"a tab of {name}", browse(quick.url, RESET)) as tab:
        tab.call(HYDRATE, RESET)
        form = {"identifier": name, "challenge": challenge_of(tab, RESET), "characters": CHARACTERS}
        assert tab.call(RESET_SUBMIT, RESET, form=form)["again_at"]
        while len(answers) < times and time.monotonic() < limit:
            status = str(tab.call(AGAIN, f"{RESET}sent/").get("status", ""))
            if "Not yet." in status:
                time.sleep(0.2)  # a socket may not send as many events as it likes
            elif status:
                answers.append(status)
    return answers
