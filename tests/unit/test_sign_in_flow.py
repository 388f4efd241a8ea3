"""Who gets in, who does not, and what that costs."""

from typing import Any

import pytest

from cers_app.sign_in.flow import Bucket, Candidate, Incomplete, NotRecognized, SignedIn, SignIn, SignInForm
from tests.support.doubles import ANN, Clock, ReadablePasswords
from tests.support.signing_in import submitted
from tests.unit.sign_in_desk import ACTIVE, NOT_ACTIVE, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_right_password_signs_in_and_is_not_hashed_again(desk: Desk) -> None:
    assert desk.submit("anngause", "secret") == SignedIn("claim of 1")

    assert desk.accounts.accepted == [(ACTIVE, Bucket("keyed anngause", is_own=False), None, ANN)]
    assert desk.accounts.buckets_asked_for == 1
    assert desk.passwords.hashed == []
    assert desk.accounts.refused == []


@pytest.mark.parametrize("typed", ["ANNGAUSE", "  anngause ", "AnnGause"])
def test_case_and_surrounding_spaces_of_a_username_do_not_matter(desk: Desk, typed: str) -> None:
    assert desk.submit(typed, "secret") == SignedIn("claim of 1")

    assert desk.failures.taken == ["keyed anngause"]


def test_case_and_spaces_of_a_password_matter(desk: Desk) -> None:
    assert desk.submit("anngause", "Secret") == NotRecognized()
    assert desk.submit("anngause", " secret") == NotRecognized()

    assert desk.accounts.accepted == []


@pytest.mark.parametrize(
    ("username", "candidate"),
    [("anngause", ACTIVE), ("sleeping", NOT_ACTIVE), ("nobody", Candidate(None, None))],
    ids=["wrong password", "not active", "unknown"],
)
def test_every_refusal_is_the_same_and_costs_one_verification(desk: Desk, username: str, candidate: Candidate) -> None:
    assert desk.submit(username, "guess") == NotRecognized()

    assert desk.passwords.verified == [(candidate.password_hash, "guess")]
    assert desk.accounts.refused == [(username, candidate, ANN)]
    assert desk.passwords.hashed == []
    assert desk.accounts.accepted == []


def test_a_hasher_that_says_yes_to_nobody_lets_nobody_in(desk: Desk) -> None:
    class Gullible(ReadablePasswords):
        def verify(self, stored: str | None, password: str) -> bool:
            super().verify(stored, password)
            return True

    desk.flow = SignIn(
        accounts=desk.accounts,
        passwords=Gullible(),
        traffic=desk.traffic,
        failures=desk.failures,
        guesses=desk.guesses,
        clock=Clock(),
    )

    assert desk.submit("nobody", "guess") == NotRecognized()
    assert desk.submit("sleeping", "guess") == NotRecognized()
    assert desk.submit("anngause", "guess") == SignedIn("claim of 1")


def test_a_hash_with_older_parameters_is_renewed_at_sign_in(desk: Desk) -> None:
    old = Candidate(3, "old hash of secret")
    desk.accounts.candidates["veteran"] = old

    assert desk.submit("veteran", "secret") == SignedIn("claim of 3")
    assert desk.accounts.accepted == [(old, Bucket("keyed veteran", is_own=False), "hash of secret", ANN)]


def test_a_hash_with_older_parameters_is_not_renewed_at_a_refusal(desk: Desk) -> None:
    desk.accounts.candidates["veteran"] = Candidate(3, "old hash of secret")

    assert desk.submit("veteran", "guess") == NotRecognized()
    assert desk.passwords.hashed == []


def test_what_can_be_nobodys_name_is_told_before_anything_is_looked_up(desk: Desk) -> None:
    for typed in ("a" * 255, "an\u212aause", "ann\ngause", "ann@example.com, eve@example.com"):
        told = Incomplete(username=False, password=False, not_an_identifier=True)
        assert desk.submit(typed, "secret") == told

    assert (desk.failures.taken, desk.accounts.refused, desk.passwords.verified) == ([], [], [])


@pytest.mark.parametrize(
    ("username", "password", "missing"),
    [
        ("", "secret", Incomplete(username=True, password=False)),
        ("   ", "secret", Incomplete(username=True, password=False)),
        ("anngause", "", Incomplete(username=False, password=True)),
        ("", "", Incomplete(username=True, password=True)),
    ],
)
def test_an_empty_field_counts_as_no_attempt(desk: Desk, username: str, password: str, missing: Incomplete) -> None:
    assert desk.submit(username, password) == missing

    assert desk.traffic.taken == desk.failures.taken == desk.accounts.looked_up == []
    assert desk.passwords.verified == []


def test_a_password_of_spaces_is_a_password(desk: Desk) -> None:
    assert desk.submit("anngause", "   ") == NotRecognized()
    assert desk.passwords.verified == [("hash of secret", "   ")]


HOSTILE: list[Any] = [None, 0, True, ["anngause"], {"username": "anngause"}, b"anngause", "a" * 4097]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
def test_a_field_of_another_type_counts_as_missing(desk: Desk, value: Any) -> None:
    form = SignInForm.parse({"username": value, "password": value})

    assert submitted(desk.flow, form, ANN) == Incomplete(username=True, password=True)
    assert desk.passwords.verified == []


def test_a_form_of_texts_is_taken_as_typed() -> None:
    assert SignInForm.parse({"username": " ann ", "password": " p ", "id": 7}) == SignInForm(" ann ", " p ")
    assert SignInForm.parse("username=ann") == SignInForm("", "")


def test_a_password_changed_while_it_was_verified_is_refused_like_any_wrong_one(desk: Desk) -> None:
    desk.accounts.is_overtaken = True

    assert desk.submit("anngause", "secret") == NotRecognized()
    assert desk.accounts.refused == [("anngause", ACTIVE, ANN)]
    assert desk.accounts.accepted == []
