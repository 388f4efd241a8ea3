"""What any browser may send, and what stands in the tables instead of a secret."""

import hashlib
from typing import Any

import pytest

from cers_app.values import forms
from cers_app.values.digests import KeyedHash, sha256

NOT_TEXT: list[Any] = [None, 0, 1.5, True, b"ann", ["ann"], {"a": "ann"}, ("ann",), object()]


def test_a_text_is_taken_as_it_was_typed() -> None:
    assert forms.text({"name": " Ann \x00"}, "name") == " Ann \x00"
    assert forms.text({"name": "x" * forms.LONGEST}, "name") == "x" * forms.LONGEST


@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_what_is_no_text_counts_as_missing(value: Any) -> None:
    assert forms.text({"name": value}, "name") == ""
    assert forms.text(value, "name") == ""


def test_a_missing_or_overlong_field_is_empty() -> None:
    assert forms.text({}, "name") == ""
    assert forms.text({"NAME": "Ann"}, "name") == ""
    assert forms.text({"name": "x" * (forms.LONGEST + 1)}, "name") == ""


def test_a_secret_is_stored_as_its_sha_256() -> None:
    assert sha256("secret") == hashlib.sha256(b"secret").hexdigest()
    assert sha256("\ud800") != sha256("?")


def test_a_guessable_value_is_hashed_under_the_portals_key() -> None:
    keyed = KeyedHash("k" * 32)

    assert keyed("identifier", "ann") == KeyedHash("k" * 32)("identifier", "ann")
    assert keyed("identifier", "ann") not in {
        KeyedHash("l" * 32)("identifier", "ann"),
        keyed("challenge", "ann"),
        keyed("identifier", "bob"),
        sha256("ann"),
    }
    assert len(keyed("identifier", "\ud800")) == 64


def test_a_keyed_hash_tells_purpose_and_value_apart() -> None:
    keyed = KeyedHash("k" * 32)

    assert keyed("a", "b\0c") != keyed("a\0b", "d")
    assert keyed("ab", "c") != keyed("a", "bc")
