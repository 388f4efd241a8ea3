"""Which new passwords are accepted: length counts, composition does not, and what others would guess is refused."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from cers_app.new_password.answers import words_of
from cers_app.new_password.policy import Strong, Weak, check
from cers_app.values.forms import LONGEST_PASSWORD
from tests.support.effort import calls

NAMES = ("anngause", "anngause@example.com", "Ann Theodora Gause")
SENTENCE = "The ferry leaves pier nine before the fog comes in. "
SUBSTITUTES = "4@8({[<369!1|70$5+%2"
"""All that the estimator may read as letters: 736 readings."""


def judged(password: str) -> Strong | Weak:
    return check(password, shortest=15, names=NAMES)


def test_fifteen_characters_are_enough_and_fourteen_are_not() -> None:
    assert judged("fifteen letters") == Strong("fifteen letters")
    assert judged("fourteen chars") == Weak.TOO_SHORT


@pytest.mark.parametrize(
    "password",
    [
        "Ferry ticket 17 to the islands",
        "An old password of 31 letters",
        "Blue kettle, nine o'clock train",
        "kettle kettle and one more kettle",
        "   spaces are kept   ",
        "\u5bc6\u7801\u5f88\u957f\u4f46\u5f88\u597d\u8bb0\u4f4f\u554a\u771f\u7684\u662f\u5417\uff1f",
        "tab\tand\x00nul and more",
        "' OR 1=1 -- {{7*7}}",
        "born 19991\n at the mill",
        (SENTENCE * 20)[:64],
        (SENTENCE * 20)[:LONGEST_PASSWORD],
    ],
)
def test_any_characters_are_accepted_and_kept_as_they_are(password: str) -> None:
    assert judged(password) == Strong(password)


def test_length_is_counted_after_composition() -> None:
    decomposed = "Cafe\u0301 cre\u0300me"

    assert len(decomposed) == 12
    assert check(decomposed, shortest=11, names=()) == Weak.TOO_SHORT
    assert check(decomposed, shortest=10, names=()) == Strong("Caf\u00e9 cr\u00e8me")


def test_one_more_than_the_longest_is_refused_and_never_cut() -> None:
    assert judged((SENTENCE * 20)[:LONGEST_PASSWORD] + "x") == Weak.TOO_LONG
    assert judged("\u0f73" * 1_000_000) == Weak.TOO_LONG


def test_an_empty_password_is_its_own_weakness() -> None:
    assert judged("") == Weak.EMPTY


@pytest.mark.parametrize("lone", [chr(0xD800), chr(0xDFFF)], ids=["first half", "second half"])
def test_half_a_character_is_no_text(lone: str) -> None:
    assert judged("a long password " + lone) == Weak.NOT_TEXT
    assert judged("a long password \U0001f600") == Strong("a long password \U0001f600")


@pytest.mark.parametrize(
    "name",
    ["anngause@example.com", "ANNGAUSE@EXAMPLE.COM", "ann theodora gause", "AnnTheodoraGause", "ann-theodora gause"],
)
def test_the_owners_own_names_are_refused_in_any_case_and_spacing(name: str) -> None:
    assert judged(name) == Weak.IS_YOUR_NAME


def test_another_persons_name_is_nobodys_business() -> None:
    assert judged("bob.builder@example.com") == Strong("bob.builder@example.com")
    assert judged("A train for anngause leaves") == Strong("A train for anngause leaves")


@pytest.mark.parametrize(
    "words",
    [
        "California Environmental Reporting System",
        "CERS business-portal",
        "cers calepa cers",
        "californiaenvironmentalprotectionagency",
    ],
)
def test_the_services_own_names_are_refused(words: str) -> None:
    assert judged(words) == Weak.CONTEXT_WORD
    assert judged(words + ", nine kettles") == Strong(words + ", nine kettles")


@pytest.mark.parametrize(
    "password", ["1q2w3e4r5t6y7u8i", "QwertyUiop12345", "P a s s w o r d 1 2 3 4 5", "123-456-789-101-112"]
)
def test_a_password_from_the_list_is_refused_however_it_is_spread(password: str) -> None:
    assert judged(password) == Weak.COMMON


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("x" * 64, Weak.TOO_EASY_REPEAT),
        ("sunshinesunshine", Weak.TOO_EASY_REPEAT),
        ("password password", Weak.TOO_EASY_REPEAT),
        ("Summer2026Summer", Weak.TOO_EASY_REPEAT),
        ("summer summer summer summer 3 37", Weak.TOO_EASY_REPEAT),
        (" " * 15, Weak.TOO_EASY_REPEAT),
        ("-" * 15, Weak.TOO_EASY_REPEAT),
        ("abcdefghijklmno", Weak.TOO_EASY_ROW),
        ("zxcvbnm,./';lkj", Weak.TOO_EASY_KEYBOARD),
        ("poiuytrewqasdfgh", Weak.TOO_EASY_COMMON_PART),
        ("anngause1234567", Weak.TOO_EASY_OWN_WORD),
        ("administrator123", Weak.TOO_EASY_FEW_WORDS),
    ],
)
def test_a_password_that_is_long_and_easy_is_refused_with_what_makes_it_easy(password: str, weak: Weak) -> None:
    assert judged(password) is weak


def test_what_is_easy_for_ann_may_be_hard_for_others() -> None:
    assert check("anngause1234567", shortest=15, names=("bobsmith",)) == Strong("anngause1234567")


def test_a_missing_name_is_not_found_in_a_password() -> None:
    assert check("-" * 15, shortest=15, names=("", " ")) == Weak.TOO_EASY_REPEAT


@pytest.mark.parametrize("password", ["I went fishing, fishing all day", "my mother and my grandmother"])
def test_a_phrase_may_say_a_word_twice(password: str) -> None:
    assert judged(password) == Strong(password)


def test_two_people_at_once_are_not_judged_by_each_others_names() -> None:
    def is_refused(names: tuple[str, ...]) -> bool:
        return isinstance(check("anngause1234567", shortest=15, names=names), Weak)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(is_refused, [NAMES, ("bobsmith",)] * 100))
    finally:
        sys.setswitchinterval(interval)
    assert answers == [True, False] * 100


@pytest.mark.parametrize(
    "password", [(SUBSTITUTES * 4)[:72], SUBSTITUTES * 51, "4@69$51|a!th" * 80], ids=["72", "1,020", "words"]
)
def test_a_hostile_password_does_not_keep_the_others_waiting(password: str) -> None:
    assert calls(lambda: judged(password)) < 200_000


def test_the_shortest_length_is_a_setting() -> None:
    assert check("9 letterz", shortest=8, names=()) == Strong("9 letterz")
    assert check("7 lette", shortest=8, names=()) == Weak.TOO_SHORT
    assert check("17/01/1987", shortest=8, names=()) == Weak.TOO_EASY_DATE


def test_every_refusal_has_words_and_every_easy_password_its_own_advice() -> None:
    assert len({words_of(weak, 15) for weak in Weak}) == len(Weak)
    assert words_of(Weak.COMMON, 15) == ("This password appears in a list of leaked passwords. Choose a different one.")
    easy = [weak for weak in Weak if weak.name.startswith("TOO_EASY")]
    assert all(words_of(weak, 15).startswith("This password is too easy to guess. ") for weak in easy)
