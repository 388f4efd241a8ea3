"""Hashes of the wheel, of a build and of argon2's reference implementation are interchangeable."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type, hash_secret
from argon2.profiles import RFC_9106_LOW_MEMORY

from cers_app.commands import hash_rate

OF_THE_REFERENCE = [
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw",
]
"""Hashes of `password` with the salt `somesalt`, from the tests of the reference implementation."""


def again(known: str, salt: bytes) -> str:
    """The hash of `password` that the installed bindings make."""
    same = extract_parameters(known)
    return hash_secret(
        b"password", salt, same.time_cost, same.memory_cost, same.parallelism, same.hash_len, Type.ID
    ).decode()


def test_a_hash_of_the_wheel_is_recognized_and_made_again_to_the_letter() -> None:
    assert extract_parameters(hash_rate.KNOWN) == RFC_9106_LOW_MEMORY
    assert PasswordHasher().verify(hash_rate.KNOWN, "password")
    assert again(hash_rate.KNOWN, b"a known salt, 16") == hash_rate.KNOWN
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(hash_rate.KNOWN, "Password")


@pytest.mark.parametrize("known", OF_THE_REFERENCE)
def test_a_hash_of_the_reference_is_recognized_and_made_again_to_the_letter(known: str) -> None:
    assert PasswordHasher().verify(known, "password")
    assert again(known, b"somesalt") == known
