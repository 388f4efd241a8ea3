"""The words of the mails, their dates in California, and what a name cannot do to them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from lxml import html

from cers_app.mail.letters import Letterhead, Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.values.dates import clock_time, clock_time_from, long_date
from tests.support.doubles import NOON

HEAD = Letterhead("https://portal.example.com", "", "support@example.com", "example.com")
MAIL = OutgoingMail(
    id="0123456789abcdef",
    kind=MailKind.RESET_LINK,
    created_at=NOON,
    due_at=NOON,
    request_id="request-of-ann",
    reference="K7QDM4XW",
    device="Chrome on Windows",
)
LINK = "https://portal.example.com/r/" + "T" * 43
RESET = {"username": "anngause", "date": "May 22, 2017", "link": LINK, "lasts": "60 minutes", "until": "1:00 PM PDT"}
NOT_ME = "https://portal.example.com/not-me/" + "T" * 43
CHANGED = {"name": "Ann Gause", "username": "anngause", "not_me": NOT_ME}
FOOTER = """This is an automated email sent from the CERS System. Please DO NOT REPLY
----
California Environmental Reporting System http://cers.calepa.ca.gov/ Contact: CERS Technical Assistance (support@example.com)"""  # noqa: E501 - one line of the mail


def written(template: str, facts: Mapping[str, object], head: Letterhead = HEAD) -> Message:
    return head.write(MAIL, template, "CERS Account Password Reset", "ann@example.com", facts)


@pytest.mark.parametrize(
    ("at", "date", "time"),
    [
        (datetime(2017, 5, 9, 19, 0, tzinfo=UTC), "May 9, 2017", "12:00 PM PDT"),
        (datetime(2017, 5, 10, 6, 59, tzinfo=UTC), "May 9, 2017", "11:59 PM PDT"),
        (datetime(2017, 5, 10, 7, 0, tzinfo=UTC), "May 10, 2017", "12:00 AM PDT"),
        (datetime(2017, 1, 10, 7, 59, tzinfo=UTC), "January 9, 2017", "11:59 PM PST"),
        (datetime(2017, 1, 10, 8, 5, tzinfo=UTC), "January 10, 2017", "12:05 AM PST"),
        (datetime(2026, 3, 8, 9, 59, tzinfo=UTC), "March 8, 2026", "1:59 AM PST"),
        (datetime(2026, 3, 8, 10, 0, tzinfo=UTC), "March 8, 2026", "3:00 AM PDT"),
        (datetime(2026, 11, 1, 8, 30, tzinfo=UTC), "November 1, 2026", "1:30 AM PDT"),
        (datetime(2026, 11, 1, 9, 30, tzinfo=UTC), "November 1, 2026", "1:30 AM PST"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "December 31, 2026", "3:30 PM PST"),
    ],
)
def test_dates_and_times_are_those_of_california_in_summer_and_winter(at: datetime, date: str, time: str) -> None:
    assert (long_date(at), clock_time(at)) == (date, time)


@pytest.mark.parametrize(
    ("at", "until", "from_then_on"),
    [
        (datetime(2026, 11, 29, 3, 14, 27, tzinfo=UTC), "7:14 PM PST", "7:14:27 PM PST"),
        (datetime(2026, 11, 29, 3, 14, 27, 1, tzinfo=UTC), "7:14 PM PST", "7:14:28 PM PST"),
        (datetime(2026, 11, 29, 3, 14, 59, 999_999, tzinfo=UTC), "7:14 PM PST", "7:15:00 PM PST"),
        (datetime(2026, 11, 29, 7, 59, 59, 1, tzinfo=UTC), "11:59 PM PST", "12:00:00 AM PST"),
    ],
)
def test_a_promise_is_never_shown_as_longer_nor_a_wait_as_shorter_than_it_is(
    at: datetime, until: str, from_then_on: str
) -> None:
    assert (clock_time(at), clock_time_from(at)) == (until, from_then_on)


def test_the_reset_mail_says_the_help_pages_sentence_and_the_link_stands_alone() -> None:
    text = written("reset_link", RESET).text

    assert (
        "A password reset request for the CERS Account with username anngause was made on May 22, 2017."
        " To continue resetting your password, select the link below"
        " (or copy and paste the link into your web browser)."
    ) in text
    lines = text.splitlines()
    assert (lines.count(LINK), lines[lines.index(LINK) - 1]) == (1, "Link Provided:")
    assert "60 minutes" in text
    assert "If you did not ask for this" in text
    assert text.rstrip().endswith(FOOTER)
    assert "<" not in text


def test_the_notice_names_the_person_and_holds_no_link_to_set_a_password() -> None:
    notice = written("password_changed", CHANGED)

    assert notice.text.startswith("Ann Gause,\n\n")
    assert "was changed on May 9, 2017 at 12:00 PM PDT from Chrome on Windows." in notice.text
    assert "https://portal.example.com/sign-in/" in notice.text
    assert NOT_ME in notice.text.splitlines()
    assert notice.text.rstrip().endswith(FOOTER)
    assert "/r/" not in notice.text + notice.html


@pytest.mark.parametrize(("template", "facts"), [("reset_link", RESET), ("password_changed", CHANGED)])
def test_no_mail_has_a_picture_a_script_or_a_link_to_anywhere_else(template: str, facts: Mapping[str, object]) -> None:
    page = written(template, facts).html

    for forbidden in ("<img", "<script", "<link", "src=", "url(", "@import"):
        assert forbidden not in page
    addresses = {part.split('"')[0] for part in page.split('href="')[1:]}
    assert addresses <= {
        LINK,
        "https://portal.example.com/sign-in/",
        NOT_ME,
        "https://cers.calepa.ca.gov/",
        "mailto:support@example.com",
    }


def test_the_mail_says_when_and_from_which_browser_and_what_its_reference_is() -> None:
    for part in plain(written("reset_link", RESET)):
        assert "Requested on May 9, 2017 at 12:00 PM PDT from Chrome on Windows." in part
        assert "Reference: K7QD-M4XW. CERS Technical Support may ask you for it." in part
        assert "CERS Technical Support sent" not in part


def test_a_mail_that_support_sent_says_so_and_one_without_a_reference_names_none() -> None:
    by_support = OutgoingMail(id="1", kind=MailKind.RESET_LINK, created_at=NOON, due_at=NOON)
    letter = HEAD.write(by_support, "reset_link", "CERS Account Password Reset", "ann@example.com", RESET)

    for part in plain(letter):
        assert "CERS Technical Support sent this email on May 9, 2017 at 12:00 PM PDT." in part
        assert "If you did not contact CERS Technical Support" in part
        assert "Requested on" not in part
        assert "Reference" not in part


def plain(letter: Message) -> tuple[str, str]:
    """Both parts of a mail as they are read."""
    return letter.text, html.fromstring(letter.html).text_content()


def test_a_name_is_escaped_in_html_and_left_alone_in_the_text() -> None:
    hostile = '<img src=x onerror=alert(1)> & "O\'Hara"'
    letter = written("password_changed", {**CHANGED, "name": hostile})

    assert hostile in letter.text
    assert "<img" not in letter.html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp;" in letter.html


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "{% include 'reset_link.txt' %}", "{0.__class__}", "%(support)s"])
def test_a_name_that_looks_like_a_template_stays_a_name(name: str) -> None:
    text = written("password_changed", {**CHANGED, "name": name}).text

    assert text.startswith(f"{name},\n")
    assert "49" not in text


def test_a_missing_fact_is_an_error_and_never_an_empty_place() -> None:
    with pytest.raises(Exception, match="'link' is undefined"):
        written("reset_link", {name: value for name, value in RESET.items() if name != "link"})


def test_a_label_stands_before_the_subject() -> None:
    labeled = Letterhead(HEAD.base_url, "Training", HEAD.support, HEAD.id_domain)

    training = written("reset_link", RESET, labeled)
    assert training.subject == "[Training] CERS Account Password Reset"
    assert ">[Training] CERS Account Password Reset</h1>" in training.html
    assert written("reset_link", RESET).subject == "CERS Account Password Reset"


def test_the_same_mail_keeps_its_message_id_and_another_has_another() -> None:
    again = written("reset_link", {**RESET, "link": LINK.replace("T", "U")})
    other = OutgoingMail(id="f" * 32, kind=MailKind.RESET_LINK, created_at=NOON, due_at=NOON)

    assert written("reset_link", RESET).message_id == again.message_id == "<0123456789abcdef@example.com>"
    assert HEAD.write(other, "reset_link", "s", "ann@example.com", RESET).message_id != again.message_id
