"""The proof of work: made by ALTCHA's own solver, for one key, in time."""

import base64
import json
from datetime import timedelta

import pytest

from cers_app.verification import proof
from tests.support.proofs import solved


def test_a_proof_is_right_for_its_own_key_alone() -> None:
    sent = solved("one key")

    assert proof.is_proof(sent, "one key")
    assert not proof.is_proof(sent, "another key")


def test_a_browser_begins_where_a_program_does_and_no_derivation_is_certain() -> None:
    counters = [json.loads(base64.b64decode(solved(f"key {number}")))["solution"]["counter"] for number in range(24)]

    assert min(counters) < proof.USUAL / 2 < max(counters) < proof.USUAL


def test_a_proof_that_comes_too_late_is_none() -> None:
    assert not proof.is_proof(solved("one key", -timedelta(seconds=5)), "one key")


@pytest.mark.parametrize(
    "sent", ["", "x", "bm90IGpzb24=", "e30=", "bnVsbA==", "W10=", "\ud800", "é", "A" * 9000, "eyJjaGFsbGVuZ2UiOiB7fX0="]
)
def test_whatever_is_sent_instead_is_none_and_breaks_nothing(sent: str) -> None:
    assert not proof.is_proof(sent, "one key")
