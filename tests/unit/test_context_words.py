"""The words of the service and the owner's names make no password harder to guess."""

import pytest

from cers_app.new_password.policy import Strong, Weak, check
from tests.support.effort import calls

NAMES = ("anngause", "ann.gause@drycleaner.com", "Ann Theodora Gause")


def judged(password: str, names: tuple[str, ...] = NAMES) -> Strong | Weak:
    return check(password, shortest=15, names=names)


@pytest.mark.parametrize(
    "password",
    [
        "CalEPA-Autumn-2026",
        "Welcome2CERS2026!",
        "CERS-Summer-2026!!",
        "Calepa2026Spring!",
        "California-2026-Fall",
        "AnnGause-Winter-2026",
        "Theodora+Gause+2019",
        "Drycleaner.Autumn.26",
        "MyCERSpassword2026",
        "Sacramento2026CERS",
        "cersAdmin2026cers",
        "CERS_CERS_CERS_2026_2026",
        "Unified Program 2026!",
        "Gause Ann 12.05.1980",
    ],
)
def test_a_season_a_year_or_a_greeting_beside_the_name_of_the_service_or_the_owner_is_too_easy(password: str) -> None:
    judgement = judged(password)

    assert isinstance(judgement, Weak)
    assert judgement.name.startswith("TOO_EASY")


@pytest.mark.parametrize(
    "password",
    [
        "Ferry ticket 17 to the islands",
        "Blue kettle, nine o'clock train",
        "An old password of 31 letters",
        "correct horse battery staple 42",
        "fifteen letters",
        "An agency of small green herons",
        "my portal to the garden shed",
        "The program starts at ten, bring tea",
        "CERS upload day means pancakes",
        "Theodora rides the night ferry",
        "banana planner in the annex",
        "two officers and a grocers van",
        "welcome to the comet, comrade",
        "X7k!pQ_CERS_9vTz4mLw",
    ],
)
def test_an_honest_long_password_may_have_such_a_word(password: str) -> None:
    assert judged(password) == Strong(password)


def test_the_advice_is_about_what_is_left_or_about_the_words_if_they_are_most() -> None:
    assert judged("CalEPA-Autumn-2026") is Weak.TOO_EASY_FEW_WORDS
    assert judged("Welcome2CERS2026!") is Weak.TOO_EASY_COMMON_PART
    assert judged("AnnGause-Gause-19") is Weak.TOO_EASY_OWN_WORD
    assert judged("Ann Gause of CERS") is Weak.TOO_EASY_OWN_WORD
    assert judged("drycleaner, CERS!") is Weak.TOO_EASY_OWN_WORD, "nothing is left"


def test_what_is_ones_own_name_is_a_strangers_word() -> None:
    assert isinstance(judged("Theodora-Winter-2026"), Weak)
    assert judged("Theodora-Winter-2026", ("bobsmith",)) == Strong("Theodora-Winter-2026")


def test_a_word_that_only_contains_a_name_does_not_make_a_password_pass() -> None:
    # What is left without `ceb` is harder to guess than one word that is repeated.
    for names in (("ceb",), ()):
        assert judged("backspacebackspace", names) is Weak.TOO_EASY_REPEAT


@pytest.mark.parametrize("password", ["cers" + "4@69$51|a!th" * 80, "cers-" * 200 + "x", "-" * 1_000 + "cers"])
def test_such_a_word_in_a_hostile_password_does_not_keep_the_others_waiting(password: str) -> None:
    assert calls(lambda: judged(password)) < 400_000
