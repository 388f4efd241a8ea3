"""Asking for a mail: the link, and the username."""

import pytest

from cers_app.mail_request.outcomes import (
    Asked,
    CharactersExpired,
    CheckNeeded,
    Forgotten,
    Incomplete,
    Receipt,
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


def test_a_network_that_asked_for_too_much_waits_and_keeps_its_characters(desk: RequestDesk) -> None:
    desk.office.asks_for = TooManyRequests(NOON + HOUR)

    assert desk.ask("anngause") == TooManyRequests(NOON + HOUR)
    assert desk.tables.refusals == [Event.THROTTLED]
    assert desk.examiner.checked == []
    assert desk.tables.asked == []


@pytest.mark.parametrize("typed", ["anngause", "nobodyatall"])
def test_a_network_that_asked_for_much_does_a_check_as_well_and_keeps_its_characters(
    desk: RequestDesk, typed: str
) -> None:
    desk.office.asks_for = 2

    for no_check in ("", "challenge-1 1", "challenge-2 2", "nonsense"):
        assert desk.ask(typed, check=no_check) == CheckNeeded(2)
    assert desk.examiner.checked == []
    assert (desk.tables.asked, desk.tables.refusals, desk.office.accepted) == ([], [], [])

    assert desk.ask(typed, check="challenge-1 2") == desk.answer("", typed)
    assert desk.office.accepted == [ANN.network]
    assert desk.examiner.discarded == []


def test_a_check_of_a_page_that_does_not_know_its_challenge_counts_once(desk: RequestDesk) -> None:
    desk.ask("anngause", challenge="")
    assert desk.examiner.discarded == [], "without a check, other tabs keep their pictures"

    desk.office.asks_for = 2
    assert isinstance(desk.ask("anngause", check=" 2", challenge=""), Asked)
    assert desk.examiner.discarded == [ANN.browser]


def test_only_accepted_requests_and_wrong_characters_count_for_a_network(desk: RequestDesk) -> None:
    desk.examiner.verdicts = (Verdict.WRONG, Verdict.EXPIRED, Verdict.MISSING, Verdict.RIGHT)
    for characters in ("XXXXXX", "ACDEFG", "ACDEFG", ""):
        desk.ask("anngause", characters)
    desk.ask("two words")
    assert (desk.office.accepted, desk.office.failed) == ([], [ANN.network])

    desk.ask("anngause")
    assert (desk.office.accepted, desk.office.failed) == ([ANN.network], [ANN.network])


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
    assert (desk.office.accepted, desk.office.failed) == ([], [])
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


def test_nothing_is_shown_of_a_name_that_the_visitor_did_not_type(desk: RequestDesk) -> None:
    receipt = Receipt("anngause@example.com", NOON, NOON, is_own=False)
    desk.clock.advance(minutes=1)

    again = desk.flow.again(receipt, ANN)

    assert isinstance(again, Asked)
    assert again.masked_address == ""


def test_sending_again_waits_for_the_network(desk: RequestDesk) -> None:
    first = desk.ask("anngause")
    desk.clock.advance(minutes=1)
    desk.office.asks_for = 9
    assert isinstance(desk.again(first), Asked), "the check was for the first request"
    assert desk.office.accepted == [ANN.network], "it repeats a request, which counts once"
    desk.tables.asked.pop()

    desk.office.asks_for = TooManyRequests(NOON + HOUR)
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
