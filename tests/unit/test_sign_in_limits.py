"""Whoever must wait costs no hash, and little else."""

from datetime import timedelta

import pytest

from cers_app.sign_in.flow import Attempt, SignInForm
from cers_app.values.limits import TooManyRequests
from tests.support.doubles import ANN, NOON
from tests.unit.sign_in_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_too_many_attempts_from_one_address_cost_no_identifier_anything(desk: Desk) -> None:
    desk.traffic.retry_at = NOON + timedelta(minutes=1)

    assert desk.submit("anngause", "secret") == TooManyRequests(NOON + timedelta(minutes=1))
    assert desk.failures.taken == desk.accounts.looked_up == []
    assert desk.passwords.verified == []


def test_a_network_that_makes_too_many_attempts_leaves_one_row_a_minute_without_a_name(desk: Desk) -> None:
    desk.traffic.retry_at = NOON + timedelta(minutes=1)

    desk.submit("anngause", "secret")
    desk.submit("drycleaner", "secret")

    assert desk.accounts.too_soon == [("", ANN)]
    assert desk.accounts.buckets_asked_for == 0


def test_a_name_that_has_to_wait_leaves_a_row_each_time(desk: Desk) -> None:
    desk.failures.retry_at = NOON + timedelta(minutes=1)

    desk.submit("anngause", "secret")
    desk.submit("anngause", "secret")

    assert desk.accounts.too_soon == [("anngause", ANN)] * 2
    assert desk.failures.taken == []


def test_a_name_that_others_tried_meanwhile_has_to_wait_without_a_hash(desk: Desk) -> None:
    admitted = desk.flow.admit(SignInForm("anngause", "secret"), ANN)
    desk.failures.retry_at = NOON + timedelta(minutes=1)
    assert isinstance(admitted, Attempt)

    assert desk.flow.verify(admitted, ANN) == TooManyRequests(NOON + timedelta(minutes=1))
    assert (desk.passwords.verified, desk.accounts.looked_up) == ([], [])


@pytest.mark.parametrize("username", ["anngause", "nobody"])
def test_too_many_failures_answer_the_same_before_any_look_up(desk: Desk, username: str) -> None:
    desk.failures.retry_at = NOON + timedelta(minutes=2)

    assert desk.submit(username, "secret") == TooManyRequests(NOON + timedelta(minutes=2))
    assert desk.traffic.taken == [ANN.network]
    assert desk.accounts.looked_up == []
    assert desk.passwords.verified == []
