"""A forgotten username, from the sign-in page to the mail."""

import re

from playwright.sync_api import expect

from cers_app.accounts.models import AccountState
from tests.support.page_objects import RecoverPage, SignInPage, UsernameSentPage, Watch
from tests.support.page_objects.mail_request import REFERENCE
from tests.support.people import Open, new_tab
from tests.support.portal import CHARACTERS, Portal

MAIL = """Ann Gause,

On {date} you requested a reminder email for your CERS Account username. Your username is: remindme

CERS Sign-In: {url}/sign-in/

If you also forgot your password, reset it: {url}/reset-password/

If you did not ask for this, you can ignore this email. Your username and your password stay the same.

{origin}

This is an automated email sent from the CERS System. Please DO NOT REPLY
----
California Environmental Reporting System http://cers.calepa.ca.gov/ Contact: CERS Technical Assistance (cers@calepa.ca.gov)

Demonstration site. Not an official website of the State of California.
"""  # noqa: E501 - the mail's own lines


def test_a_forgotten_username_comes_by_mail_in_the_words_of_the_help_page(portal: Portal, visit: Watch) -> None:
    portal.create_account("remindme", "ann.gause@example.com")
    start = SignInPage(visit)
    start.open()
    page = start.forgot().recover_my_username()

    page.ask("remindme", CHARACTERS)
    page.expect_problem("Enter only your email address, like name@example.com")
    expect(page.identifier).to_have_value("remindme")
    page.ask("ann.gause@example.com", "WRONGX")
    page.expect_problem("The verification characters did not match. Enter the new ones.")
    expect(page.identifier).to_have_value("ann.gause@example.com")
    shown = page.expect_picture()
    page.refresh()
    page.expect_other_picture(shown)
    page.ask("ann.gause@example.com", CHARACTERS)

    sent = UsernameSentPage(visit)
    sent.expect_sent_to("an*****se@example.com")
    mail = portal.inbox.wait("ann.gause@example.com")
    assert mail.mail["Subject"] == "CERS Account Username Reminder"
    date = mail.text.partition("On ")[2].partition(" you requested")[0]
    origin = re.search(rf"Requested on {date} at .* from Chrome on Linux\.\nReference: \S{{9}}\. CERS.*", mail.text)
    assert origin
    assert mail.text.rstrip() == MAIL.format(date=date, url=portal.url, origin=origin[0]).rstrip()
    assert "CERS Automated Messaging - DO NOT REPLY <cers@calepa.ca.gov>" in mail.raw.decode()

    visit.page.get_by_role("main").get_by_role("link", name="Sign In").click()
    start.expect_shown()


def test_each_kind_of_account_sees_one_page_and_gets_its_own_mail(portal: Portal, another_browser: Open) -> None:
    portal.create_account("fourkinds1")
    portal.create_account("fourkinds2", state=AccountState.NOT_ACTIVATED)
    portal.create_account("fourkinds3", state=AccountState.DISABLED)
    expected = {
        "fourkinds1": "Your username is: fourkinds1",
        "fourkinds2": "is not active yet",
        "fourkinds3": "is disabled",
        "fourkinds4": "There is no CERS Account with this email address.",
    }

    pages = {}
    for name, sentence in expected.items():
        page = RecoverPage(new_tab(another_browser))
        page.open()
        page.ask(f"{name}@example.com", CHARACTERS)
        UsernameSentPage(page.watch).expect_sent_to(f"fo******s{name[-1]}@example.com")
        pages[name] = REFERENCE.sub("REFERENCE", page.page.locator("main").inner_text())
        mail = portal.inbox.wait(f"{name}@example.com")
        assert sentence in mail.text
        assert "/r/" not in mail.text

    alike = {words.replace(f"s{name[-1]}@", "s0@").partition("You can send")[0] for name, words in pages.items()}
    assert len(alike) == 1
    assert len(set(pages.values())) == 4
