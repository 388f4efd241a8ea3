"""Which new passwords are accepted: length counts, composition does not."""

import pytest

from cers_app.accounts.password_policy import LONGEST, Strong, Weak, Weakness, check

NAMES = ("anngause", "anngause@example.com", "Ann Theodora Gause")


def judged(password: str) -> Strong | Weak:
    return check(password, shortest=15, names=NAMES)


def test_fifteen_characters_are_enough_and_fourteen_are_not() -> None:
    assert judged("fifteen letters") == Strong("fifteen letters")
    assert judged("fourteen chars") == Weak(Weakness.TOO_SHORT)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaa",
        "   spaces are kept   ",
        "\u5bc6\u7801\u5f88\u957f\u4f46\u5f88\u597d\u8bb0\u4f4f\u554a\u771f\u7684\u662f\u5417\uff1f",
        "tab\tand\x00nul and more",
        "' OR 1=1 -- {{7*7}}",
        "x" * 64,
        "x" * LONGEST,
    ],
)
def test_any_characters_are_accepted_and_kept_as_they_are(password: str) -> None:
    assert judged(password) == Strong(password)


def test_length_is_counted_after_composition() -> None:
    decomposed = "e\u0301" * 14

    assert len(decomposed) == 28
    assert judged(decomposed) == Weak(Weakness.TOO_SHORT)
    assert judged(decomposed + "x") == Strong("\u00e9" * 14 + "x")


def test_one_more_than_the_longest_is_refused_and_never_cut() -> None:
    assert judged("x" * (LONGEST + 1)) == Weak(Weakness.TOO_LONG)
    assert judged("\u0f73" * 1_000_000) == Weak(Weakness.TOO_LONG)


def test_an_empty_password_is_its_own_weakness() -> None:
    assert judged("") == Weak(Weakness.EMPTY)


@pytest.mark.parametrize("lone", [chr(0xD800), chr(0xDFFF)], ids=["first half", "second half"])
def test_half_a_character_is_no_text(lone: str) -> None:
    assert judged("a long password " + lone) == Weak(Weakness.NOT_TEXT)
    assert judged("a long password \U0001f600") == Strong("a long password \U0001f600")


@pytest.mark.parametrize("name", ["anngause@example.com", "ANNGAUSE@EXAMPLE.COM", "ann theodora gause"])
def test_the_owners_own_names_are_refused_in_any_case(name: str) -> None:
    assert judged(name) == Weak(Weakness.IS_YOUR_NAME)


def test_another_persons_name_is_nobodys_business() -> None:
    assert judged("bob.builder@example.com") == Strong("bob.builder@example.com")


def test_the_shortest_length_is_a_setting() -> None:
    assert check("8 letter", shortest=8, names=()) == Strong("8 letter")
    assert check("7 lette", shortest=8, names=()) == Weak(Weakness.TOO_SHORT)
