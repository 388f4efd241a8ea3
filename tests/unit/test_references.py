"""References, as they are read aloud and typed."""

import pytest

from cers_app.composition.world import REAL
from cers_app.values.reference import ALPHABET, LENGTH, new_reference, read_reference, spelled


def test_references_differ_and_use_the_whole_alphabet() -> None:
    made = [new_reference(REAL.new_id) for _ in range(500)]

    assert len(set(made)) == len(made)
    assert set("".join(made)) == set(ALPHABET)
    assert {len(each) for each in made} == {LENGTH}


@pytest.mark.parametrize("said", ["K7QDM4XW", "K7QD-M4XW", " k7qd m4xw ", "k-7-q-d-m-4-x-w", "K7QD-M4XW "])
def test_a_caller_may_say_it_in_any_way(said: str) -> None:
    assert read_reference(said) == "K7QDM4XW"
    assert spelled(read_reference(said)) == "K7QD-M4XW"


@pytest.mark.parametrize(
    "said", ["", "K7QDM4X", "K7QDM4XWW", "K7QD-M4X0", "anngause", "ann@example.com", "\uff2b7QDM4XW"]
)
def test_what_has_another_shape_is_no_reference(said: str) -> None:
    assert read_reference(said) == ""
    assert spelled("") == ""
