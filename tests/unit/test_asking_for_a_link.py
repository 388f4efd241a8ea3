"""Asking for a mail: the link, and the username."""

import pytest

from cers_app.mail_request.outcomes import (
    Asked,
    CharactersExpired,
    Forgotten,
    Incomplete,
    TooEarly,
    UnknownUsername,
    WrongCharacters,
)
from cers_app.values.events import Event
from cers_app.values.limits import TooManyRequests
from cers_app.verification.answers import Verdict
from tests.support.doubles import (
    ANN,
    NOON,
)
from tests.unit.reset_desk import HOUR, MINUTE, RequestDesk, username_desk


@pytest.fixture
def desk() -> RequestDesk:
    return RequestDesk()


@pytest.mark.parametrize("typed", ["anngause", "nobodyatall"])
def test_a_username_is_asked_for_and_no_address_is_shown(desk: RequestDesk, typed: str) -> None:
    assert desk.ask(typed) == desk.answer("", typed)

    assert desk.tables.asked == [typed]
    assert desk.tables.refusals == []


@pytest.mark.parametrize("typed", ["AnnGause@Example.com", " anngause@example.com "])
def test_an_address_is_asked_for_once_normalized_and_shown_masked(desk: RequestDesk, typed: str) -> None:
    assert desk.ask(typed) == desk.answer("an****se@example.com", "anngause@example.com")

    assert desk.tables.asked == ["anngause@example.com"]


def test_the_address_is_counted_before_the_characters_are_checked(desk: RequestDesk) -> None:
    desk.traffic.retry_at = NOON + HOUR

    assert desk.ask("anngause") == TooManyRequests(NOON + HOUR)
    assert desk.traffic.taken == [ANN.network]
    assert desk.tables.refusals == [Event.THROTTLED]
    assert desk.examiner.checked == []
    assert desk.tables.asked == []


@pytest.mark.parametrize(
    ("verdict", "outcome"), [(Verdict.WRONG, WrongCharacters()), (Verdict.EXPIRED, CharactersExpired())]
)
def test_failed_characters_ask_for_nothing_and_right_ones_do(
    desk: RequestDesk, verdict: Verdict, outcome: object
) -> None:
    desk.examiner.verdicts = (verdict, Verdict.RIGHT)

    assert desk.ask("anngause", "XXXXXX") == outcome
    assert desk.tables.asked == []
    assert desk.tables.refusals == [Event.VERIFICATION_FAILED]

    assert desk.ask("anngause") == desk.answer("", "anngause")
    assert desk.tables.asked == ["anngause"]


@pytest.mark.parametrize(
    ("identifier", "characters", "outcome"),
    [
        ("", "ACDEFG", Incomplete(identifier=True, characters=False)),
        ("  ", "ACDEFG", Incomplete(identifier=True, characters=False)),
        ("anngause", "", Incomplete(identifier=False, characters=True)),
        ("", "", Incomplete(identifier=True, characters=True)),
        ("a" * 255, "ACDEFG", Incomplete(identifier=False, characters=False, not_an_identifier=True)),
        ("\u212aelvin", "", Incomplete(identifier=False, characters=True, not_an_identifier=True)),
        (
            "ann@example.com\nbcc: x@example.com",
            "ACDEFG",
            Incomplete(identifier=False, characters=False, not_an_identifier=True),
        ),
    ],
)
def test_an_incomplete_form_burns_no_characters_and_counts_as_no_request(
    desk: RequestDesk, identifier: str, characters: str, outcome: Incomplete
) -> None:
    assert desk.ask(identifier, characters) == outcome

    assert desk.examiner.checked == []
    assert desk.traffic.taken == []
    assert desk.tables.asked == []


def test_the_username_is_asked_for_by_email_address_alone() -> None:
    desk = username_desk()

    odd = Incomplete(identifier=False, characters=False, not_an_identifier=True)
    assert [desk.ask(typed) for typed in ("anngause", "ann@example", "ann@", "\u212aann@example.com")] == [odd] * 4
    assert desk.examiner.checked == []
    assert desk.tables.asked == []

    assert desk.ask("AnnGause@example.com") == desk.answer("an****se@example.com", "anngause@example.com")
    assert desk.tables.asked == ["anngause@example.com"]


def test_it_is_sent_again_after_a_minute_without_new_characters(desk: RequestDesk) -> None:
    first = desk.ask("anngause")
    desk.clock.advance(seconds=59)
    assert desk.again(first) == TooEarly(NOON + MINUTE)
    assert desk.tables.asked == ["anngause"]

    desk.clock.advance(seconds=1)
    second = desk.again(first)
    assert isinstance(second, Asked)
    assert (second.receipt.first_at, second.again_at) == (NOON, NOON + 2 * MINUTE)
    assert desk.tables.asked == ["anngause", "anngause"]
    assert len(desk.examiner.checked) == 1


def test_after_an_hour_or_in_another_tab_it_begins_anew(desk: RequestDesk) -> None:
    first = desk.ask("anngause")
    assert desk.again(None) == Forgotten()

    desk.clock.advance(minutes=60)
    assert isinstance(desk.again(first), Asked)
    desk.clock.advance(microseconds=1)
    assert desk.again(first) == Forgotten()
    assert desk.tables.asked == ["anngause", "anngause"]


def test_sending_again_counts_for_the_ip_address_too(desk: RequestDesk) -> None:
    first = desk.ask("anngause")
    desk.clock.advance(minutes=1)
    desk.traffic.retry_at = NOON + HOUR

    assert desk.again(first) == TooManyRequests(NOON + HOUR)
    assert desk.tables.asked == ["anngause"]
    assert desk.tables.refusals == [Event.THROTTLED]


def test_only_classic_disclosure_tells_whether_a_username_exists(desk: RequestDesk) -> None:
    desk.tables.addresses["anngause"] = "anngause@example.com"
    assert desk.ask("anngause") == desk.answer("", "anngause")
    assert desk.tables.looked_up == []

    classic = RequestDesk(is_classic=True)
    classic.tables.addresses["anngause"] = "ann.gause@example.com"
    known = classic.ask("anngause")
    assert known == classic.answer("an*****se@example.com", "anngause")
    assert classic.ask("nobodyatall") == UnknownUsername()
    assert classic.ask("nobody@example.com") == classic.answer("no**dy@example.com", "nobody@example.com")
    assert classic.tables.looked_up == ["anngause", "nobodyatall"]

    classic.tables.addresses.clear()
    classic.clock.advance(minutes=1)
    assert classic.again(known) == Forgotten()
