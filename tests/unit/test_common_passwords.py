"""The bundled list of passwords that many people use."""

import pytest

from cers_app.new_password.common import LIST, common_passwords, is_common


def test_the_list_is_sorted_case_folded_and_names_nothing_twice_or_in_vain() -> None:
    entries = LIST.read_text("utf-8").splitlines()

    assert len(entries) > 16_000
    assert entries == sorted(set(entries))
    assert [entry for entry in entries if entry != entry.casefold() or len(entry) < 8 or entry != entry.strip()] == []
    assert common_passwords() == frozenset(entries)


def test_the_list_says_where_it_comes_from() -> None:
    origin = LIST.with_name("common_passwords.origin.txt").read_text("utf-8")

    assert "Django Software Foundation" in origin
    assert "Permission is hereby granted" in origin


def test_the_list_is_read_once() -> None:
    assert common_passwords() is common_passwords()


@pytest.mark.parametrize(
    "password", ["password1", "PASSWORD1", "pass word 1", "pass-word-1", "Spider-Man", "manchester united"]
)
def test_a_person_cannot_hide_a_common_password(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["", " - ", "Ferry ticket 17 to the islands", "password1 and a kettle"])
def test_a_password_that_only_holds_a_common_one_is_not_on_the_list(password: str) -> None:
    assert not is_common(password)
