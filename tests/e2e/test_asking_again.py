"""Send it again, Back, reload, a double click, a second tab: no double mail, no lost text, no error page."""

import re

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from cers_app.accounts.models import Account
from cers_app.mail.outbox import OutgoingMail
from tests.support.page_objects import RecoverPage, ResetPage, SentPage, UsernameSentPage, Watch
from tests.support.people import Open, new_tab
from tests.support.portal import CHARACTERS, Portal

JOURNEYS = [(RecoverPage, UsernameSentPage), (ResetPage, SentPage)]
Form = type[RecoverPage] | type[ResetPage]
Sent = type[UsernameSentPage] | type[SentPage]


def asked(visit: Watch, form: Form, sent: Sent, identifier: str) -> UsernameSentPage | SentPage:
    page = form(visit)
    page.open()
    page.ask(identifier, CHARACTERS)
    shown = sent(visit)
    shown.expect_shown()
    return shown


@pytest.mark.parametrize(("form", "sent"), JOURNEYS)
def test_pressed_too_early_it_says_when_and_sends_nothing(portal: Portal, visit: Watch, form: Form, sent: Sent) -> None:
    name = f"tooearly{len(form.PATH)}"
    portal.create_account(name)
    shown = asked(visit, form, sent, f"{name}@example.com")
    portal.inbox.wait(f"{name}@example.com")

    shown.send_again()

    shown.expect_status(
        "Not yet. Check your inbox and your spam folder first. The line above says when you can send it again."
    )
    line = visit.page.get_by_text("You can send it again at")
    expect(line).to_have_text(re.compile(r"at \d+:\d\d:\d\d [AP]M P[DS]T \(in 0:[0-5]\d\)$"))
    counted = line.inner_text()
    expect(line).not_to_have_text(counted)
    assert len(portal.inbox.to(f"{name}@example.com")) == 1


@pytest.mark.parametrize(("form", "sent"), JOURNEYS)
def test_back_keeps_what_was_typed_and_reload_keeps_the_confirmation(
    portal: Portal, visit: Watch, form: Form, sent: Sent
) -> None:
    name = f"goesback{len(form.PATH)}"
    portal.create_account(name)
    shown = asked(visit, form, sent, f"{name}@example.com")
    visit.page.reload()
    shown.expect_shown()

    visit.page.go_back()
    page = form(visit)
    page.expect_shown()
    expect(page.identifier).to_have_value(f"{name}@example.com")
    page.expect_picture()
    visit.page.go_forward()
    page.expect_live()  # the form's first answer may bring another picture, and then empties the box

    page.ask(f"{name}@example.com", CHARACTERS)
    shown.expect_shown()
    assert len(portal.inbox.to(f"{name}@example.com")) == 1, "asked twice within a minute"


@pytest.mark.parametrize(("form", "sent"), JOURNEYS)
def test_a_double_click_sends_one_mail(portal: Portal, visit: Watch, form: Form, sent: Sent) -> None:
    name = f"twoclick{len(form.PATH)}"
    portal.create_account(name)
    page = form(visit)
    page.open()
    page.expect_picture()
    page.identifier.fill(f"{name}@example.com")
    page.symbols.fill(CHARACTERS)
    visit.page.get_by_role("button", name="Next").dblclick()

    sent(visit).expect_shown()
    portal.inbox.wait(f"{name}@example.com")
    with portal.database.reading() as session:
        rows = session.exec(select(OutgoingMail).join(Account).where(Account.username == name)).all()
    assert len(rows) == 1


@pytest.mark.parametrize(("form", "sent"), JOURNEYS)
def test_a_second_tab_has_characters_of_its_own_and_no_confirmation_of_the_first(
    portal: Portal, visit: Watch, form: Form, sent: Sent
) -> None:
    name = f"twotabs{len(form.PATH)}"
    portal.create_account(name)
    first = form(visit)
    first.open()
    first.identifier.fill(f"{name}@example.com")
    first.expect_picture()
    challenge = first.expect_challenge()

    second = form(Watch(visit.page.context.new_page()))
    second.page.goto(sent.PATH)
    second.expect_shown()
    second.expect_picture()
    assert second.expect_challenge() != challenge
    second.ask("somebody.else@example.com", "WRONGX")
    second.expect_problem("did not match")

    expect(first.identifier).to_have_value(f"{name}@example.com")
    first.symbols.fill(CHARACTERS)
    first.next()
    sent(visit).expect_shown()


def test_a_form_sent_with_one_hand_on_the_wrong_page_is_not_lost(another_browser: Open) -> None:
    page = ResetPage(new_tab(another_browser))
    page.open()
    page.ask("", "")

    page.expect_problem("Enter your username or email address")
    page.expect_problem("Enter the verification characters")
    expect(page.symbols).to_have_value("")


@pytest.mark.parametrize("form", [RecoverPage, ResetPage])
def test_an_old_problem_takes_no_focus_after_a_reload_or_on_coming_back(visit: Watch, form: Form) -> None:
    page = form(visit)
    page.open()
    page.ask("", "")
    page.expect_problem("Enter the verification characters")

    visit.page.reload()
    page.expect_shown()
    expect(visit.page.locator("[data-live=true]")).to_be_attached()
    page.expect_no_problem()
    expect(visit.page.locator("#problems")).not_to_be_focused()
    page.next()
    page.expect_problem("Enter the verification characters")


def test_a_new_picture_puts_the_cursor_where_its_characters_go(visit: Watch) -> None:
    page = ResetPage(visit)
    page.open()
    page.expect_picture()
    page.refresh()

    expect(page.symbols).to_be_focused()
    expect(visit.page.get_by_role("status").filter(has_text="New verification characters loaded.")).to_be_attached()
