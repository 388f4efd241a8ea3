"""Hashing: who is let through, and that a refusal is never an error."""

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.low_level import Type
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from cers_app.accounts.passwords import Passwords
from cers_app.values.forms import LONGEST_PASSWORD
from tests.support.doubles import OLD_PASSWORD, cheap_passwords

NOBODYS = "nobody's password"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return cheap_passwords()


def test_the_right_password_is_recognized_and_no_other(passwords: Passwords) -> None:
    stored = passwords.hash(OLD_PASSWORD)

    assert passwords.verify(stored, OLD_PASSWORD)
    for other in ("", OLD_PASSWORD.upper(), OLD_PASSWORD + " ", OLD_PASSWORD[:-1], stored):
        assert not passwords.verify(stored, other)


def test_the_same_password_has_another_hash_each_time(passwords: Passwords) -> None:
    assert passwords.hash(OLD_PASSWORD) != passwords.hash(OLD_PASSWORD)


def test_a_password_set_decomposed_is_recognized_composed(passwords: Passwords) -> None:
    assert passwords.verify(passwords.hash("Cafe\u0301 au lait"), "Caf\u00e9 au lait")
    assert not passwords.verify(passwords.hash("Cafe\u0301 au lait"), "Cafe au lait")


def test_what_follows_a_nul_counts(passwords: Passwords) -> None:
    stored = passwords.hash("before\x00after")

    assert passwords.verify(stored, "before\x00after")
    assert not passwords.verify(stored, "before\x00other")
    assert not passwords.verify(stored, "before")


def test_nobodys_hash_lets_nobody_in(passwords: Passwords) -> None:
    assert not passwords.verify(None, NOBODYS)
    assert not passwords.verify(None, "")


def test_an_empty_hash_lets_nobody_in(passwords: Passwords) -> None:
    assert not passwords.verify("", NOBODYS)
    assert not passwords.verify("", OLD_PASSWORD)


def test_half_a_character_is_a_wrong_password(passwords: Passwords) -> None:
    assert not passwords.verify(passwords.hash(OLD_PASSWORD), "\ud800")
    assert not passwords.verify(passwords.hash(""), "\ud800")
    assert passwords.verify(passwords.hash(""), "")


def test_a_password_beyond_the_longest_is_a_wrong_one(passwords: Passwords) -> None:
    longest = "x" * LONGEST_PASSWORD
    stored = passwords.hash(longest)

    assert passwords.verify(stored, longest)
    assert not passwords.verify(stored, longest + "x")
    assert not passwords.verify(stored, longest[:-1])
    assert not passwords.verify(passwords.hash(longest + "x"), longest + "x"), "it is not even looked at"


@pytest.mark.parametrize(
    "damaged",
    [
        "x",
        "$argon2id$",
        "$argon2id$v=19$m=8,t=1,p=1$short",
        "$argon2id$v=19$m=many,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=8,t=1,p=1$!!!$???",
        "$2b$12$abcdefghijklmnopqrstuv",
        "\u00fc$argon2id",
    ],
)
def test_a_damaged_hash_is_a_refusal_and_never_an_error(passwords: Passwords, damaged: str) -> None:
    assert not passwords.verify(damaged, OLD_PASSWORD)


def test_a_hash_with_other_parameters_is_outdated_and_still_verifies(passwords: Passwords) -> None:
    older = Parameters(Type.ID, 19, 16, 32, time_cost=1, memory_cost=16, parallelism=1)
    stored = PasswordHasher.from_parameters(older).hash(OLD_PASSWORD)

    assert passwords.is_outdated(stored)
    assert not passwords.is_outdated(passwords.hash(OLD_PASSWORD))
    assert passwords.verify(stored, OLD_PASSWORD)
    assert not passwords.verify(stored, "another")


def test_a_cheaper_hash_is_judged_alike_under_dearer_parameters() -> None:
    dearer = Passwords(Parameters(Type.ID, 19, 16, 32, time_cost=2, memory_cost=256, parallelism=1))
    cheap = cheap_passwords().hash(OLD_PASSWORD)

    assert not dearer.verify(cheap, "another")
    assert dearer.verify(cheap, OLD_PASSWORD)


def test_the_portal_hashes_with_the_low_memory_profile_of_rfc_9106() -> None:
    assert extract_parameters(Passwords().hash(OLD_PASSWORD)) == RFC_9106_LOW_MEMORY
    assert RFC_9106_LOW_MEMORY.memory_cost == 64 * 1024
    assert CHEAPEST != RFC_9106_LOW_MEMORY
