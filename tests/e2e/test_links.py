"""What the page of a link says in each of its states, before anybody types."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from cers_app.accounts.models import AccountState, ResetLink
from cers_app.accounts.store import cancel_links, find, identity
from cers_app.composition.world import now
from cers_app.mail.outbox import OutgoingMail
from cers_app.values import addresses
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import sha256
from tests.support.journeys import mailed_link
from tests.support.page_objects import ChangedPage, NewPasswordPage, ResetPage, SentPage, Watch
from tests.support.page_objects.mail_request import REFERENCE
from tests.support.people import Open, new_tab
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import request

NEW_PASSWORD = "Blue kettle, nine o'clock train"


def test_each_kind_of_account_sees_one_page_and_gets_its_own_mail(portal: Portal, another_browser: Open) -> None:
    for name, state in (("linkkind1", "active"), ("linkkind2", "not_activated"), ("linkkind3", "disabled")):
        portal.create_account(name, state=AccountState(state))
    expected = {"linkkind1": "/r/", "linkkind2": "is not active yet", "linkkind3": "is disabled"}

    pages = set()
    for name in [*expected, "linkkind4"]:
        page = ResetPage(new_tab(another_browser))
        page.open()
        page.ask(name, CHARACTERS)
        SentPage(page.watch).expect_sent_to("the email address on file for that account")
        shown = page.page.locator("main").inner_text().replace(name, "NAME").partition("You can send")[0]
        pages.add(REFERENCE.sub("REFERENCE", shown))
    assert len(pages) == 1
    for name, sentence in expected.items():
        assert sentence in portal.inbox.wait(f"{name}@example.com").text
    assert portal.inbox.to("linkkind4@example.com") == []


def test_an_expired_link_says_so_and_sends_one_fresh_link(portal: Portal, visit: Watch) -> None:
    portal.create_account("toolate1")
    link = mailed_link(portal, "toolate1")
    with portal.database.writing() as session:
        session.get_one(ResetLink, sha256(link.token)).expires_at = now() - timedelta(minutes=1)
    page = NewPasswordPage(visit)
    page.open_link(link.link)
    page.expect_unusable("This link expired at", "This link has expired")

    # The mails of the last minute count, and this one is as old as the link.
    let_an_hour_pass(portal, "toolate1")
    page.send_a_new_link()
    page.expect_shown("Check your email")
    fresh = portal.inbox.wait("toolate1@example.com", 2, "Password Reset")
    assert fresh.token != link.token
    page.open_link(link.link)
    page.expect_unusable("This link expired at", "This link has expired")
    page.send_a_new_link()
    expect(visit.page.get_by_text("You asked for a new link on")).to_be_visible()
    assert len(portal.inbox.to("toolate1@example.com")) == 2

    page.open_link(fresh.link)
    page.expect_for("toolate1")
    page.change(NEW_PASSWORD)
    ChangedPage(visit).expect_shown()


def let_an_hour_pass(portal: Portal, username: str) -> None:
    """Age the mails of an account, so that their limit is over."""
    with portal.database.writing() as session:
        account = find(session, username)
        assert account is not None
        for mail in session.exec(select(OutgoingMail).where(OutgoingMail.account_id == account.id)):
            mail.created_at -= timedelta(hours=1)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (WhyCancelled.PASSWORD_CHANGED, "because the password was changed."),
        (WhyCancelled.EMAIL_CHANGED, "because the account's email address was changed."),
        (WhyCancelled.ACCOUNT_DISABLED, "because the account was disabled."),
        (WhyCancelled.MAIL_BOUNCED, "because its email could not be delivered."),
    ],
)
def test_a_cancelled_link_says_why_and_sets_no_password(
    portal: Portal, visit: Watch, why: WhyCancelled, words: str
) -> None:
    username = why.replace("_", "")
    portal.create_account(username)
    link = mailed_link(portal, username)
    page = NewPasswordPage(visit)
    page.open_link(link.link)
    page.expect_for(username)
    with portal.database.writing() as session:
        account = find(session, username)
        assert account is not None
        cancel_links(session, identity(account), why, now())

    page.change(NEW_PASSWORD)
    page.expect_unusable(words)
    expect(visit.page.get_by_text(re.compile("^(Send|Ask for) a new link$"))).to_be_visible()


@pytest.mark.parametrize("ending", [".", ">", "%3E", "%0A", "%20", "/", ").", "%E2%80%9D"])
def test_a_link_pasted_with_something_after_it_works(portal: Portal, visit: Watch, ending: str) -> None:
    username = f"pasted{ending.encode().hex()}"[:16]
    portal.create_account(username)
    page = NewPasswordPage(visit)

    page.open_link(mailed_link(portal, username).link + ending)

    page.expect_for(username)


def test_a_link_with_a_part_missing_says_so(portal: Portal, visit: Watch) -> None:
    portal.create_account("incomplete1")
    link = mailed_link(portal, "incomplete1").link
    page = NewPasswordPage(visit)

    for broken in (link[:-1], link[:-20], f"{portal.url}/r/"):
        page.open_link(broken)
        page.expect_unusable("Copy the whole link from the email", "This link is not complete")
    visit.page.get_by_role("link", name="Ask for a new link").click()
    ResetPage(visit).expect_shown()

    page.open_link(f"{link}This")
    page.expect_for("incomplete1")


def test_without_a_link_the_page_asks_for_the_mail_and_an_opened_one_works_to_its_end(
    portal: Portal, visit: Watch
) -> None:
    portal.create_account("waslong1")
    link = mailed_link(portal, "waslong1")
    page = NewPasswordPage(visit)
    visit.page.goto(page.PATH)
    page.expect_closed()

    page.open_link(link.link)
    page.expect_for("waslong1")
    with portal.database.writing() as session:
        session.get_one(ResetLink, sha256(link.token)).opened_at = now() - timedelta(minutes=59)
    page.change(NEW_PASSWORD)
    ChangedPage(visit).expect_shown()


def test_password_changed_is_said_only_where_that_has_just_happened(portal: Portal, another_browser: Open) -> None:
    watch = new_tab(another_browser)
    watch.page.goto(addresses.PASSWORD_CHANGED)

    expect(watch.page).to_have_url(addresses.SIGN_IN)
    for path in (
        "/password-changed.html",
        "/password-changed.html.gz",
        "/password-changed/index.html",
        "//password-changed/",
        "/password-changed",
        "/x/..%2fpassword-changed/",
    ):
        assert request(portal.url, path=path).location == addresses.SIGN_IN
