"""Verification characters: one answer, from one browser, for one page."""

import pytest
from sqlmodel import col, update

from cers_app.storage.database import Database
from cers_app.verification.answers import Answer, Purpose, Verdict
from cers_app.verification.challenge import Challenges
from cers_app.verification.models import Challenge
from tests.support.doubles import ANN, STRANGER, Clock
from tests.support.looking import everything_stored, in_parallel, rows

TEXT = "ACDEFG"
PAGE = Purpose.RESET_PASSWORD


@pytest.fixture
def issued(challenges: Challenges) -> str:
    return challenges.issue(PAGE, ANN.browser)


def test_a_right_answer_counts_once(challenges: Challenges, issued: str) -> None:
    assert challenges.check(issued, Answer(" ac-de fg "), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING


@pytest.mark.parametrize("wrong", ["", "XXXXXX", "ACDEF", "ACDEFGH", "\ud800", "%", "a" * 4096])
def test_a_wrong_answer_burns_the_picture(challenges: Challenges, issued: str, wrong: str) -> None:
    assert challenges.check(issued, Answer(wrong), PAGE, ANN.browser) is Verdict.WRONG
    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING
    assert challenges.picture(issued, ANN.browser) is None

    another = challenges.issue(PAGE, ANN.browser)
    assert challenges.check(another, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


@pytest.mark.parametrize("owner", [STRANGER.browser, "", "%"])
def test_another_browser_can_neither_answer_nor_burn_nor_see_it(
    challenges: Challenges, issued: str, owner: str
) -> None:
    assert challenges.picture(issued, owner) is None
    assert challenges.check(issued, Answer(TEXT), PAGE, owner) is Verdict.MISSING

    assert challenges.picture(issued, ANN.browser) is not None
    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


def test_another_pages_characters_are_refused_and_not_burnt(
    challenges: Challenges, issued: str, database: Database
) -> None:
    def belongs_to(page: str) -> None:
        with database.writing() as session:
            session.connection().execute(update(Challenge).where(col(Challenge.id) == issued).values(purpose=page))

    belongs_to("another-page")
    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING

    belongs_to(PAGE)
    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


def test_a_browser_without_cookies_answers_nothing(challenges: Challenges) -> None:
    nobodys = challenges.issue(PAGE, "")

    assert challenges.picture(nobodys, "") is None
    assert challenges.check(nobodys, Answer(TEXT), PAGE, "") is Verdict.MISSING


@pytest.mark.parametrize("identity", ["", "0" * 32, "%", "' OR 1=1 --"])
def test_a_made_up_challenge_is_wrong(challenges: Challenges, issued: str, identity: str) -> None:
    assert challenges.check(identity, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING
    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT


def test_the_characters_run_out_after_ten_minutes(challenges: Challenges, clock: Clock) -> None:
    in_time, late = challenges.issue(PAGE, ANN.browser), challenges.issue(PAGE, ANN.browser)

    clock.advance(minutes=10, microseconds=-1)
    assert challenges.check(in_time, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT

    clock.advance(microseconds=1)
    assert challenges.picture(late, ANN.browser) is None
    assert challenges.check(late, Answer(TEXT), PAGE, ANN.browser) is Verdict.EXPIRED
    assert challenges.check(late, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING


def test_refresh_kills_the_old_picture_and_nobody_elses(challenges: Challenges, issued: str) -> None:
    strangers = challenges.issue(PAGE, STRANGER.browser, replaced=issued)
    assert challenges.picture(issued, ANN.browser) is not None, "a stranger's refresh is not Ann's"

    fresh = challenges.issue(PAGE, ANN.browser, replaced=issued)

    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.MISSING
    assert challenges.check(fresh, Answer(TEXT), PAGE, ANN.browser) is Verdict.RIGHT
    assert challenges.check(strangers, Answer(TEXT), PAGE, STRANGER.browser) is Verdict.RIGHT


def test_a_reload_shows_the_same_picture_while_half_its_life_is_left(
    challenges: Challenges, issued: str, clock: Clock
) -> None:
    clock.advance(minutes=4, seconds=59)
    assert challenges.keep_or_issue(PAGE, ANN.browser, issued) == issued
    assert challenges.keep_or_issue(PAGE, STRANGER.browser, issued) != issued
    assert challenges.keep_or_issue(Purpose.RECOVER_USERNAME, ANN.browser, "") != issued
    assert challenges.picture(issued, ANN.browser) is not None

    clock.advance(seconds=1)
    assert challenges.keep_or_issue(PAGE, ANN.browser, issued) != issued
    assert challenges.picture(issued, ANN.browser) is None


def test_one_answer_sent_twenty_times_at_once_counts_once(challenges: Challenges, issued: str) -> None:
    answers = in_parallel(20, lambda _: challenges.check(issued, Answer(TEXT), PAGE, ANN.browser))

    assert sorted(answers) == [Verdict.MISSING] * 19 + [Verdict.RIGHT]


def test_the_answer_stands_in_no_table_in_clear_and_two_equal_ones_differ(
    challenges: Challenges, issued: str, database: Database
) -> None:
    another = challenges.issue(PAGE, ANN.browser)
    stored = everything_stored(database)

    assert issued in stored
    assert another in stored
    assert TEXT not in stored
    assert len({row.answer for row in rows(database, Challenge)}) == 2


def test_pictures_nobody_answered_are_swept_away(challenges: Challenges, database: Database, clock: Clock) -> None:
    challenges.issue(PAGE, ANN.browser)
    clock.advance(minutes=21)
    kept = challenges.issue(PAGE, ANN.browser)

    assert [row.id for row in rows(database, Challenge)] == [kept]


def test_a_late_answer_is_told_that_it_is_late_also_after_others_have_come(
    challenges: Challenges, issued: str, clock: Clock
) -> None:
    clock.advance(minutes=19)
    challenges.issue(PAGE, STRANGER.browser)

    assert challenges.check(issued, Answer(TEXT), PAGE, ANN.browser) is Verdict.EXPIRED
