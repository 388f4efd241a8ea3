"""Time runs out, seen by the person: a link's page and a session."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from cers_app.accounts.models import ResetLink, SignInSession
from cers_app.accounts.sessions import STEP
from cers_app.composition.world import now
from cers_app.mail.outbox import OutgoingMail
from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support import portal as portals
from tests.support.journeys import mailed_link
from tests.support.page_objects import AccountPage, ChangePasswordPage, NewPasswordPage, Watch
from tests.support.people import Open, sign_in
from tests.support.portal import Portal

WARNED_SOON = timedelta(minutes=2, seconds=8)
NOT_YET_WARNED = timedelta(minutes=2, seconds=30)
"""Long enough that even a slow machine shows the page before the warning."""
WARNING = "[role=alert].ends-soon"


def let_idle(portal: Portal, minutes: float) -> None:
    """Nobody has used any session for so long."""
    with portal.database.writing() as session:
        session.connection().execute(update(SignInSession).values(seen_at=now() - timedelta(minutes=minutes)))


def test_the_page_of_a_link_says_when_it_ends_warns_and_sends_another(portal: Portal, visit: Watch) -> None:
    portal.create_account("endssoon1")
    link = mailed_link(portal, "endssoon1")
    let_an_hour_pass(portal)
    with portal.database.writing() as session:
        session.get_one(ResetLink, sha256(link.token)).expires_at = now() + NOT_YET_WARNED
    page = NewPasswordPage(visit)
    page.open_link(link.link)
    page.expect_for("endssoon1")
    expect(visit.page.get_by_text("This link works until ")).to_be_visible()
    warning = visit.page.locator(WARNING)
    expect(warning).to_be_hidden()
    page.password.fill("half a passw")

    expect(warning).to_contain_text("This link works only until ")
    expect(page.password).to_have_value("half a passw")
    warning.get_by_role("button", name="Send a new link").click()
    page.expect_shown("Check your email")
    expect(visit.page.locator("[data-state=reference]")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Send it again")).to_be_visible()
    fresh = portal.inbox.wait("endssoon1@example.com", 2, "Password Reset")
    page.open_link(fresh.link)
    page.expect_for("endssoon1")


def let_an_hour_pass(portal: Portal) -> None:
    """For the limit of mails, every earlier mail is long past."""
    with portal.database.writing() as session:
        session.connection().execute(
            update(OutgoingMail).values(created_at=now() - timedelta(hours=1), sent_at=now() - timedelta(hours=1))
        )


def test_a_link_that_ends_while_its_page_is_open_says_so(portal: Portal, visit: Watch) -> None:
    portal.create_account("endssoon2")
    link = mailed_link(portal, "endssoon2")
    visit.page.clock.install()
    page = NewPasswordPage(visit)
    page.open_link(link.link)
    page.expect_for("endssoon2")
    with portal.database.writing() as session:
        session.get_one(ResetLink, sha256(link.token)).expires_at = now() - timedelta(seconds=1)

    visit.page.clock.fast_forward("01:01:00")

    page.expect_unusable("This link expired at", "This link has expired")


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that warns soon. Use within half a minute of the last one is not written down, so not much sooner."""
    idle = WARNED_SOON + STEP
    minutes = f"{idle.total_seconds() / 60}"
    with portals.running(tmp_path_factory.mktemp("hasty"), CERS_SESSION_IDLE_MINUTES=minutes) as running:
        yield running


def test_a_session_warns_and_stay_keeps_it_and_what_was_typed(hasty: Portal, browser: Browser) -> None:
    hasty.create_account("staysin01")
    visit = Watch(browser.new_page(base_url=hasty.url))
    sign_in(visit, "staysin01")
    page = ChangePasswordPage(visit)
    page.open()
    page.new.fill("half a passw")
    warning = visit.page.locator(WARNING)
    expect(warning).to_contain_text("You will be signed out at")

    warning.get_by_role("button", name="Stay signed in").click()

    expect(warning).to_be_hidden()
    expect(page.new).to_have_value("half a passw")
    page.new.fill("half a passphrase that nobody has")
    page.current.fill("not the password")
    visit.page.get_by_role("button", name="Change password").click()
    page.expect_problem("The current password is incorrect.")
    visit.page.context.close()


def test_the_next_person_at_a_left_computer_does_not_find_the_username(portal: Portal, visit: Watch) -> None:
    portal.create_account("leftearly")
    visit.page.clock.install()
    sign_in(visit, "leftearly")
    page = ChangePasswordPage(visit)
    page.open()
    page.change("not the password", "Blue kettle, nine o'clock train")
    page.expect_problem("The current password is incorrect.")
    let_idle(portal, 31)

    visit.page.clock.fast_forward("31:00")

    expect(visit.page.get_by_text("We closed your page")).to_be_visible()
    expect(visit.page.locator("[data-live=true]")).to_be_attached()
    expect(visit.page.get_by_label("Username")).to_have_value("")
    assert "leftearly" not in visit.page.content()


def test_a_session_that_ended_leaves_nothing_on_the_screen_and_says_why(portal: Portal, visit: Watch) -> None:
    portal.create_account("leftalone")
    visit.page.clock.install()
    sign_in(visit, "leftalone")
    expect(visit.page.locator("[data-state=in]")).to_be_visible()
    let_idle(portal, 31)

    visit.page.clock.fast_forward("31:00")

    expect(visit.page).to_have_url(f"{addresses.SIGN_IN}?ended=1#ended")
    expect(visit.page.get_by_text("We closed your page because you had not used it for a while.")).to_be_visible()
    assert "leftalone" not in visit.page.content()


def test_one_of_several_browsers_is_signed_out(portal: Portal, visit: Watch, another_browser: Open) -> None:
    portal.create_account("twoplaces")
    other = Watch(another_browser().new_page())
    elsewhere = sign_in(other, "twoplaces")
    account = sign_in(visit, "twoplaces")
    account.expect_open_sessions(2)
    expect(visit.page.get_by_text("Chrome on Linux").first).to_be_visible()
    expect(visit.page.get_by_role("banner")).to_contain_text("Ann Gause")

    visit.page.get_by_role("button", name="Sign out Chrome on Linux").click()

    account.expect_open_sessions(1)
    expect(visit.page.get_by_text("That browser is signed out.")).to_be_visible()
    elsewhere.refresh()
    elsewhere.expect_signed_out()
    AccountPage(visit).refresh()
    account.expect_of("twoplaces")
