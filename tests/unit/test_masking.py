"""How much of an address a stranger sees."""

import pytest

from cers_app.values.masking import mask


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("anngause@gmail.com", "an****se@gmail.com"),
        ("calepa0001@gmail.com", "ca******01@gmail.com"),
        ("abcde@example.com", "ab*de@example.com"),
        ("abcd@example.com", "a***@example.com"),
        ("abc@example.com", "a**@example.com"),
        ("ab@example.com", "**@example.com"),
        ("a@example.com", "*@example.com"),
        ("@example.com", "@example.com"),
        ("jos\u00e9maria@example.com", "jo*****ia@example.com"),
        ("a@b@example.com", "a**@example.com"),
    ],
)
def test_the_mask_follows_the_help_pages_example(email: str, shown: str) -> None:
    assert mask(email) == shown


@pytest.mark.parametrize("length", range(1, 65))
def test_no_mask_shows_a_whole_name_and_each_hidden_character_is_one_star(length: int) -> None:
    local = "abcdefghij"[: length % 10] + "k" * (length - length % 10)
    shown, at, domain = mask(f"{local}@example.com").partition("@")

    assert "*" in shown
    assert len(shown) == len(local)
    assert sum(character != "*" for character in shown) <= 4
    assert (at, domain) == ("@", "example.com")
