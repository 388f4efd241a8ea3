"""What somebody reads who has to wait, or asks again: true to the second, and true for everybody."""

from datetime import timedelta

from cers_app.values.dates import clock_time_from
from cers_app.words import common, mail_request
from tests.support.doubles import NOON

ASKED = NOON + timedelta(minutes=14, seconds=27)


def test_a_cool_down_of_a_minute_ends_a_minute_later() -> None:
    at = clock_time_from(ASKED + timedelta(minutes=1))
    assert mail_request.AGAIN_AT.format(at=at) == "You can send it again at 12:15:27 PM PDT"
    assert common.too_many(ASKED + timedelta(seconds=30)).endswith("Try again at 12:14:57 PM PDT.")


def test_who_asks_again_reads_that_they_asked_and_never_that_an_email_was_sent() -> None:
    words = mail_request.asked_again(3, timedelta(hours=1))

    assert words == "You asked for another email. CERS sends at most 3 emails an hour, and each of them works."
    assert "at most 2 emails in 30 minutes" in mail_request.asked_again(2, timedelta(minutes=30))
    assert "sent" not in words
