"""Challenges of pages without scripts, and answers by ear and by proof."""

import base64
from dataclasses import replace

import pytest

from cers_app.accounts.passwords import Passwords
from cers_app.verification.answers import Answer, Purpose, Verdict
from cers_app.verification.challenge import Challenges
from cers_app.verification.proof import LONGEST
from tests.support.composed import Composed
from tests.support.doubles import ANN, STRANGER, Clock, world_at
from tests.support.proofs import solved

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
    assert challenges.check(second, Answer("WRONGX"), PAGE, ANN.browser) is Verdict.WRONG
    assert challenges.check(shown, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


def test_of_two_pages_opened_side_by_side_both_may_answer_once(challenges: Challenges) -> None:
    both = {challenges.show(PAGE, ANN.browser), challenges.show(PAGE, ANN.browser)}

    assert set(challenges.take_over(PAGE, ANN.browser)) == both, "nobody can say which tab shows which"
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING


def test_a_wrong_answer_without_an_id_burns_every_picture_it_may_have_been_for(challenges: Challenges) -> None:
    both = [challenges.show(PAGE, ANN.browser), challenges.show(PAGE, ANN.browser)]

    assert challenges.check("", Answer("WRONGX"), PAGE, ANN.browser) is Verdict.WRONG
    assert [challenges.check(each, Answer(TEXT), PAGE, ANN.browser) for each in both] == [
        Verdict.MISSING,
        Verdict.MISSING,
    ]
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING


def test_an_answer_that_was_on_its_way_when_a_tab_took_the_picture_over_counts_once(
    challenges: Challenges, clock: Clock
) -> None:
    shown = challenges.show(PAGE, ANN.browser)
    challenges.take_over(PAGE, ANN.browser)
    clock.advance(seconds=59)
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check(shown, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING

    later = challenges.show(PAGE, ANN.browser)
    challenges.take_over(PAGE, ANN.browser)
    clock.advance(minutes=1)
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING, "the page knows its id long since"
    assert challenges.check(later, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


def test_without_an_id_the_open_one_is_answered_and_no_other(challenges: Challenges, issued: str) -> None:
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING, "a tab's own is not open"
    shown = challenges.open_one(PAGE, ANN.browser)

    assert challenges.check("", Answer(TEXT), PAGE, STRANGER.browser) is Verdict.MISSING
    assert challenges.check("", Answer(TEXT), PAGE, "") is Verdict.MISSING
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING
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
    assert challenges.check(issued, Answer("246810"), PAGE, ANN.browser) is Verdict.WRONG, "nobody has listened"

    heard = challenges.issue(PAGE, ANN.browser)
    assert challenges.speak(heard, STRANGER.browser) is None
    assert challenges.speak(heard, "") is None
    assert challenges.speak(heard, ANN.browser) == "246810"
    assert challenges.check(heard, Answer("24 68 10"), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check(heard, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING, "one answer, in one way"


def test_who_has_listened_may_still_read(challenges: Challenges, issued: str) -> None:
    challenges.speak(issued, ANN.browser)

    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


def test_digits_that_were_said_before_are_worth_nothing(url: str, passwords: Passwords, clock: Clock) -> None:
    chosen = iter(TEXT + "111111" + "222222")
    world = replace(world_at(clock), choose=lambda _alphabet: next(chosen))
    challenges = Composed(url, world, passwords, qa_characters="")(Challenges)
    issued = challenges.issue(PAGE, ANN.browser)
    challenges.speak(issued, ANN.browser)
    challenges.speak(issued, ANN.browser)

    assert challenges.check(issued, Answer("111111"), PAGE, ANN.browser) is Verdict.WRONG
    assert next(chosen, "") == "", "two times six digits were said"


def test_a_proof_counts_for_the_challenge_it_was_made_for_and_once(challenges: Challenges, issued: str) -> None:
    proof, other = solved(challenges.proof_key(issued)), challenges.issue(PAGE, ANN.browser)

    assert challenges.check(other, Answer(proof=proof), PAGE, ANN.browser) is Verdict.WRONG
    assert challenges.check(issued, Answer(proof=proof), PAGE, STRANGER.browser) is Verdict.MISSING
    assert challenges.check(issued, Answer(proof=proof), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check(issued, Answer(proof=proof), PAGE, ANN.browser) is Verdict.MISSING


def test_a_proof_is_looked_at_first_and_nothing_at_all_is_wrong(challenges: Challenges, issued: str) -> None:
    other = challenges.issue(PAGE, ANN.browser)
    assert challenges.check(other, Answer("ACDEFG", solved("nothing")), PAGE, ANN.browser) is Verdict.WRONG
    proof = solved(challenges.proof_key(issued))
    assert challenges.check(issued, Answer("WRONG", proof), PAGE, ANN.browser) is Verdict.RIGHT

    assert challenges.check(challenges.issue(PAGE, ANN.browser), Answer(), PAGE, ANN.browser) is Verdict.WRONG


def test_a_slow_reader_without_scripts_has_the_whole_time(challenges: Challenges, clock: Clock) -> None:
    challenges.open_one(PAGE, ANN.browser)
    clock.advance(minutes=9)
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING, "an answer counts once"

    challenges.open_one(PAGE, ANN.browser)
    clock.advance(minutes=11)
    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.EXPIRED


def test_refresh_without_scripts_kills_what_this_page_shows_and_nothing_else(challenges: Challenges) -> None:
    elsewhere = [(Purpose.RECOVER_USERNAME, ANN.browser), (PAGE, STRANGER.browser)]
    for purpose, browser in [(PAGE, ANN.browser), *elsewhere]:
        challenges.open_one(purpose, browser)
    known = challenges.issue(PAGE, ANN.browser)
    challenges.discard(PAGE, ANN.browser)

    assert challenges.check("", Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING
    assert challenges.check(known, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    for purpose, browser in elsewhere:
        assert challenges.check("", Answer(TEXT), purpose, browser) is Verdict.RIGHT


def test_a_check_goes_with_one_challenge_and_its_effort(challenges: Challenges) -> None:
    one, another = (challenges.issue(PAGE, ANN.browser) for _ in range(2))
    check = solved(challenges.check_key(one, 2), effort=2)

    def is_checked(challenge_id: str, given: str, effort: int) -> bool:
        return challenges.is_checked(challenge_id, given, effort, PAGE, ANN.browser)

    assert is_checked(one, check, 2)
    assert is_checked(one, check, 3), "it got harder in between"
    assert not is_checked(one, check, 4)
    assert not is_checked(one, check, 1)
    assert not is_checked(another, check, 2)
    assert not is_checked("", check, 2), "no page shows it without its id"
    assert not is_checked(one, solved(challenges.proof_key(one)), 1), "a proof is no check"


def test_a_proof_that_is_longer_than_any_real_one_is_not_even_read(challenges: Challenges) -> None:
    one, another = (challenges.issue(PAGE, ANN.browser) for _ in range(2))
    spelled = {each: base64.b64decode(solved(challenges.proof_key(each))) for each in (one, another)}
    within, beyond = (
        base64.b64encode(spelled[each] + b" " * more).decode() for each, more in ((one, 9), (another, 900))
    )

    assert len(within) <= LONGEST < len(beyond)
    assert challenges.check(one, Answer("WRONG", within), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check(another, Answer("WRONG", beyond), PAGE, ANN.browser) is Verdict.WRONG


def test_a_page_that_does_not_know_its_challenge_may_do_the_check_for_it(challenges: Challenges) -> None:
    shown = challenges.show(PAGE, ANN.browser)
    challenges.show(PAGE, ANN.browser)
    check = solved(challenges.check_key(shown, 1), effort=1)

    assert challenges.is_checked("", check, 1, PAGE, ANN.browser)
    assert not challenges.is_checked("", check, 1, PAGE, STRANGER.browser)
    assert not challenges.is_checked("", check, 1, Purpose.RECOVER_USERNAME, ANN.browser)
    challenges.discard(PAGE, ANN.browser)
    assert not challenges.is_checked("", check, 1, PAGE, ANN.browser)
