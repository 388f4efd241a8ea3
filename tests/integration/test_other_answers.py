"""Challenges of pages without scripts, and answers by ear and by proof."""

from datetime import timedelta

import pytest

from cers_app.composition.world import new_id
from cers_app.storage.database import Database
from cers_app.verification.challenge import ChallengeParts, Challenges
from cers_app.verification.models import Answer, Given, Purpose
from tests.support.doubles import ANN, STRANGER, Clock
from tests.support.looking import KEYED

TEXT = "ACDEFG"
PAGE = Purpose.RESET_PASSWORD


@pytest.fixture
def issued(challenges: Challenges) -> str:
    return challenges.issue(PAGE, ANN.browser)


def test_each_page_that_is_opened_shows_a_picture_of_its_own_and_the_sound_is_its_own(
    challenges: Challenges, clock: Clock
) -> None:
    first = challenges.show(PAGE, ANN.browser)
    clock.advance(seconds=1)
    second = challenges.show(PAGE, ANN.browser)

    assert first != second
    assert challenges.open_one(PAGE, ANN.browser) == second
    assert challenges.open_one(PAGE, STRANGER.browser) not in {first, second}
    assert challenges.open_one(Purpose.RECOVER_USERNAME, ANN.browser) not in {first, second}


def test_a_tab_takes_over_the_picture_it_shows_and_no_other_tab_gets_it(challenges: Challenges) -> None:
    shown = challenges.show(PAGE, ANN.browser)

    assert challenges.take_over(PAGE, STRANGER.browser) == []
    assert challenges.take_over(PAGE, ANN.browser) == [shown]
    assert challenges.take_over(PAGE, ANN.browser) == []
    second = challenges.show(PAGE, ANN.browser)
    assert challenges.take_over(PAGE, ANN.browser) == [second]
    assert challenges.check(second, Given("WRONGX"), PAGE, ANN.browser) is Answer.WRONG
    assert challenges.check(shown, Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT


def test_of_two_pages_opened_side_by_side_both_may_answer_once(challenges: Challenges) -> None:
    both = {challenges.show(PAGE, ANN.browser), challenges.show(PAGE, ANN.browser)}

    assert set(challenges.take_over(PAGE, ANN.browser)) == both, "nobody can say which tab shows which"
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG


def test_a_wrong_answer_without_an_id_burns_every_picture_it_may_have_been_for(challenges: Challenges) -> None:
    both = [challenges.show(PAGE, ANN.browser), challenges.show(PAGE, ANN.browser)]

    assert challenges.check("", Given("WRONGX"), PAGE, ANN.browser) is Answer.WRONG
    assert [challenges.check(each, Given(TEXT), PAGE, ANN.browser) for each in both] == [Answer.WRONG, Answer.WRONG]
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG


def test_an_answer_that_was_on_its_way_when_a_tab_took_the_picture_over_counts_once(
    challenges: Challenges, clock: Clock
) -> None:
    shown = challenges.show(PAGE, ANN.browser)
    challenges.take_over(PAGE, ANN.browser)
    clock.advance(seconds=59)
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check(shown, Given(TEXT), PAGE, ANN.browser) is Answer.WRONG

    later = challenges.show(PAGE, ANN.browser)
    challenges.take_over(PAGE, ANN.browser)
    clock.advance(minutes=1)
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG, "the page knows its id long since"
    assert challenges.check(later, Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT


def test_without_an_id_the_open_one_is_answered_and_no_other(challenges: Challenges, issued: str) -> None:
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG, "a tab's own is not open"
    shown = challenges.open_one(PAGE, ANN.browser)

    assert challenges.check("", Given(TEXT), PAGE, STRANGER.browser) is Answer.WRONG
    assert challenges.check("", Given(TEXT), PAGE, "") is Answer.WRONG
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG
    assert challenges.picture(shown, ANN.browser) is None
    assert challenges.picture(issued, ANN.browser) is not None


def test_a_picture_that_is_half_over_keeps_its_sound_and_is_taken_over_by_no_tab(
    challenges: Challenges, clock: Clock
) -> None:
    shown = challenges.show(PAGE, ANN.browser)
    clock.advance(minutes=5)

    assert challenges.open_one(PAGE, ANN.browser) == shown
    assert challenges.take_over(PAGE, ANN.browser) == []
    clock.advance(minutes=5)
    assert challenges.open_one(PAGE, ANN.browser) != shown


def test_spoken_digits_answer_the_same_challenge_once(challenges: Challenges, issued: str) -> None:
    assert challenges.check(issued, Given("246810"), PAGE, ANN.browser) is Answer.WRONG, "nobody has listened"

    heard = challenges.issue(PAGE, ANN.browser)
    assert challenges.speak(heard, STRANGER.browser) is None
    assert challenges.speak(heard, "") is None
    assert challenges.speak(heard, ANN.browser) == "246810"
    assert challenges.check(heard, Given("24 68 10"), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check(heard, Given(TEXT), PAGE, ANN.browser) is Answer.WRONG, "one answer, in one way"


def test_who_has_listened_may_still_read(challenges: Challenges, issued: str) -> None:
    challenges.speak(issued, ANN.browser)

    assert challenges.check(issued, Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT


def test_digits_that_were_said_before_are_worth_nothing(database: Database, clock: Clock) -> None:
    said = iter(["111111", "222222"])
    parts = ChallengeParts(lambda: TEXT, lambda _: b"a picture", lambda: next(said), lambda *_: False, new_id, clock)
    challenges = Challenges(database, KEYED, timedelta(minutes=10), parts)
    issued = challenges.issue(PAGE, ANN.browser)
    challenges.speak(issued, ANN.browser)
    challenges.speak(issued, ANN.browser)

    assert challenges.check(issued, Given("111111"), PAGE, ANN.browser) is Answer.WRONG


def test_a_proof_counts_for_the_challenge_it_was_made_for_and_once(challenges: Challenges, issued: str) -> None:
    proof, other = f"made for {challenges.proof_key(issued)}", challenges.issue(PAGE, ANN.browser)

    assert challenges.check(other, Given(proof=proof), PAGE, ANN.browser) is Answer.WRONG
    assert challenges.check(issued, Given(proof=proof), PAGE, STRANGER.browser) is Answer.WRONG
    assert challenges.check(issued, Given(proof=proof), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check(issued, Given(proof=proof), PAGE, ANN.browser) is Answer.WRONG


def test_a_proof_is_looked_at_first_and_nothing_at_all_is_wrong(challenges: Challenges, issued: str) -> None:
    other = challenges.issue(PAGE, ANN.browser)
    assert challenges.check(other, Given("ACDEFG", "made for nothing"), PAGE, ANN.browser) is Answer.WRONG
    proof = f"made for {challenges.proof_key(issued)}"
    assert challenges.check(issued, Given("WRONG", proof), PAGE, ANN.browser) is Answer.RIGHT

    assert challenges.check(challenges.issue(PAGE, ANN.browser), Given(), PAGE, ANN.browser) is Answer.WRONG


def test_a_slow_reader_without_scripts_has_the_whole_time(challenges: Challenges, clock: Clock) -> None:
    challenges.open_one(PAGE, ANN.browser)
    clock.advance(minutes=9)
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG, "an answer counts once"

    challenges.open_one(PAGE, ANN.browser)
    clock.advance(minutes=11)
    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.EXPIRED


def test_refresh_without_scripts_kills_what_this_page_shows_and_nothing_else(challenges: Challenges) -> None:
    elsewhere = [(Purpose.RECOVER_USERNAME, ANN.browser), (PAGE, STRANGER.browser)]
    for purpose, browser in [(PAGE, ANN.browser), *elsewhere]:
        challenges.open_one(purpose, browser)
    known = challenges.issue(PAGE, ANN.browser)
    challenges.discard(PAGE, ANN.browser)

    assert challenges.check("", Given(TEXT), PAGE, ANN.browser) is Answer.WRONG
    assert challenges.check(known, Given(TEXT), PAGE, ANN.browser) is Answer.RIGHT
    for purpose, browser in elsewhere:
        assert challenges.check("", Given(TEXT), purpose, browser) is Answer.RIGHT
