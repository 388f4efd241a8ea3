"""The verification characters and their picture."""

import io

import pytest
from PIL import Image

from cers_app.composition.world import REAL
from cers_app.values.reference import ALPHABET
from cers_app.verification.challenge import symbols, tidy
from cers_app.verification.models import LENGTH
from cers_app.verification.picture import HEIGHT, INKS, PAPER, WIDTH, draw


@pytest.mark.parametrize("typed", ["ACDEFG", "acdefg", " ac de fg ", "AC-DE-FG", "a c-d e-f g", "A.C.DEFG\u200b"])
def test_only_the_letters_and_digits_of_an_answer_matter(typed: str) -> None:
    assert tidy(typed) == "ACDEFG"


@pytest.mark.parametrize("typed", ["ACDEF", "ACDEFGH", "ACDEGF", "", "\u0410CDEFG"])
def test_anything_else_of_an_answer_matters(typed: str) -> None:
    assert tidy(typed) != "ACDEFG"


def test_no_two_characters_are_taken_for_one_another() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    for look_alikes in ("0O", "1IL", "5S", "2Z", "8B", "UV"):
        assert sum(character in ALPHABET for character in look_alikes) <= 1


def test_characters_are_random_and_from_the_alphabet() -> None:
    made = [symbols(REAL, ALPHABET) for _ in range(500)]

    assert len(set(made)) > 490, "two in 150 million may meet, many may not"
    assert {len(text) for text in made} == {LENGTH}
    assert set("".join(made)) == set(ALPHABET)


def test_the_picture_is_a_png_of_ink_on_paper() -> None:
    picture = Image.open(io.BytesIO(draw("ACDEFG")))
    colors = picture.convert("RGB").getcolors(WIDTH * HEIGHT)
    assert colors is not None
    total = sum(number for number, _ in colors)
    dark = sum(number for number, color in colors if sum(_levels(color)) < 3 * 128)

    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    assert 0.02 < dark / total < 0.5, "no characters, or a black field"
    assert len(colors) <= 16


def test_two_pictures_of_the_same_characters_differ_and_none_carries_the_answer() -> None:
    first, second = draw("ACDEFG"), draw("ACDEFG")

    assert first != second
    for picture in (first, second):
        assert b"ACDEFG" not in picture
        assert Image.open(io.BytesIO(picture)).info.keys() <= {"transparency", "dpi"}


def test_every_ink_stands_out_from_the_paper_seven_to_one() -> None:
    for ink in INKS:
        assert (_luminance(PAPER) + 0.05) / (_luminance(ink) + 0.05) >= 7


def _levels(color: object) -> tuple[int, ...]:
    assert isinstance(color, tuple)
    return tuple(int(level) for level in color)


def _luminance(color: tuple[int, int, int]) -> float:
    linear = [
        level / 255 / 12.92 if level / 255 <= 0.04045 else ((level / 255 + 0.055) / 1.055) ** 2.4 for level in color
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
