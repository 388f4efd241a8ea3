"""Asking for a link."""

import pytest

from cers_app.reset_password.outcomes import (
    CharactersExpired,
    Incomplete,
    LinkSent,
    TooManyRequests,
    WrongCharacters,
)
from cers_app.verification.challenge import Answer
from tests.doubles import (
    ANN,
    NOON,
)
from tests.unit.reset_desk import HOUR, Desk


@pytest.mark.parametrize("typed", ["anngause", "nobodyatall"])
def test_a_username_is_asked_for_and_no_address_is_shown(desk: Desk, typed: str) -> None:
    assert desk.ask(typed) == LinkSent("")

    assert desk.tables.asked == [typed]
    assert desk.tables.refusals == []


@pytest.mark.parametrize("typed", ["AnnGause@Example.com", " anngause@example.com "])
def test_an_address_is_asked_for_once_normalised_and_shown_masked(desk: Desk, typed: str) -> None:
    assert desk.ask(typed) == LinkSent("an****se@example.com")

    assert desk.tables.asked == ["anngause@example.com"]


def test_the_address_is_counted_before_the_characters_are_checked(desk: Desk) -> None:
    desk.traffic.retry_at = NOON + HOUR

    assert desk.ask("anngause") == TooManyRequests(NOON + HOUR)
    assert desk.traffic.taken == [ANN.ip]
    assert desk.tables.refusals == ["too many requests"]
    assert desk.examiner.checked == []
    assert desk.tables.asked == []


@pytest.mark.parametrize(
    ("verdict", "outcome"), [(Answer.WRONG, WrongCharacters()), (Answer.EXPIRED, CharactersExpired())]
)
def test_failed_characters_ask_for_nothing_and_right_ones_do(desk: Desk, verdict: Answer, outcome: object) -> None:
    desk.examiner.verdicts = (verdict, Answer.RIGHT)

    assert desk.ask("anngause", "XXXXXX") == outcome
    assert desk.tables.asked == []
    assert desk.tables.refusals == ["verification failed"]

    assert desk.ask("anngause") == LinkSent("")
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
    desk: Desk, identifier: str, characters: str, outcome: Incomplete
) -> None:
    assert desk.ask(identifier, characters) == outcome

    assert desk.examiner.checked == []
    assert desk.traffic.taken == []
    assert desk.tables.asked == []
