"""How long somebody who fails must wait."""

from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from cers_app.storage import throttle
from cers_app.storage.counts import Counts
from cers_app.storage.database import Database
from cers_app.storage.throttle import HARDEST, FailureRule, FailureThrottle, OfficeRule, OfficeThrottle, TrafficThrottle
from cers_app.values.limits import TooManyRequests
from tests.support.doubles import NOON, Clock
from tests.support.looking import in_parallel

RULE = FailureRule(failures=5, window=timedelta(minutes=5), longest=timedelta(minutes=15))


@pytest.fixture
def failures(database: Database) -> FailureThrottle:
    return FailureThrottle(database, RULE)


def fail(failures: FailureThrottle, times: int, at: datetime, key: str = "ann") -> list[datetime | None]:
    return [failures.take(key, at) for _ in range(times)]


def test_five_failures_are_free_and_the_sixth_must_wait(failures: FailureThrottle) -> None:
    assert fail(failures, 6, NOON) == [None] * 5 + [NOON + timedelta(seconds=30)]

    assert fail(failures, 1, NOON, "bob") == [None], "another key waits for nobody"


def test_delays_grow_twofold_to_fifteen_minutes_and_no_further(failures: FailureThrottle, clock: Clock) -> None:
    fail(failures, 5, clock())
    delays = []
    for _ in range(8):
        retry_at = failures.take("ann", clock())
        assert retry_at is not None
        delays.append((retry_at - clock()).total_seconds())
        assert failures.take("ann", retry_at - timedelta(microseconds=1)) == retry_at
        clock.now = retry_at
        assert failures.take("ann", clock()) is None

    assert delays == [30, 60, 120, 240, 480, 900, 900, 900]


def test_waiting_does_not_get_longer_by_trying_meanwhile(failures: FailureThrottle) -> None:
    fail(failures, 5, NOON)

    assert set(fail(failures, 100, NOON + timedelta(seconds=29))) == {NOON + timedelta(seconds=30)}
    assert fail(failures, 1, NOON + timedelta(seconds=30)) == [None]


def test_four_failures_every_five_minutes_delay_nobody(failures: FailureThrottle, clock: Clock) -> None:
    for _ in range(10):
        assert fail(failures, 4, clock()) == [None] * 4
        clock.advance(minutes=5, seconds=1)


def test_after_a_quiet_time_it_begins_anew(failures: FailureThrottle) -> None:
    fail(failures, 5, NOON)
    soon = NOON + timedelta(seconds=30)
    assert fail(failures, 2, soon) == [None, soon + timedelta(seconds=60)]

    assert fail(failures, 5, soon + timedelta(minutes=17)) == [None] * 5


def test_fifty_attempts_at_once_get_no_further_than_fifty_one_after_another(failures: FailureThrottle) -> None:
    outcomes = in_parallel(50, lambda _: failures.take("ann", NOON))

    assert outcomes.count(None) == 5
    assert set(outcomes) == {None, NOON + timedelta(seconds=30)}


def test_a_restart_is_no_way_around_it(failures: FailureThrottle, url: str) -> None:
    fail(failures, 5, NOON)
    restarted = Database(url)

    assert fail(FailureThrottle(restarted, RULE), 1, NOON) == [NOON + timedelta(seconds=30)]
    assert fail(FailureThrottle(restarted, RULE), 1, NOON, "bob") == [None]
    restarted.close()


def test_who_has_got_in_begins_anew_and_nobody_else_does(failures: FailureThrottle, database: Database) -> None:
    fail(failures, 5, NOON, "ann")
    fail(failures, 5, NOON, "bob")
    with database.writing() as session:
        throttle.forget(session, "ann")
        throttle.forget(session, "nobody")

    assert fail(failures, 5, NOON, "ann") == [None] * 5
    assert fail(failures, 1, NOON, "bob") == [NOON + timedelta(seconds=30)]


def test_limits_can_be_lifted_for_load_tests_alone(database: Database, clock: Clock) -> None:
    lifted = FailureThrottle(database, RULE, on=False)
    assert fail(lifted, 50, NOON) == [None] * 50

    traffic = TrafficThrottle(RateLimitItemPerMinute(1), clock, on=False)
    assert [traffic.take("192.0.2.1") for _ in range(50)] == [None] * 50


@pytest.mark.parametrize("limit", [RateLimitItemPerMinute(2), RateLimitItemPerHour(2)])
def test_an_address_may_ask_so_often_and_another_address_counts_by_itself(limit: RateLimitItem, clock: Clock) -> None:
    traffic = TrafficThrottle(limit, clock)

    assert [traffic.take("192.0.2.1") for _ in range(2)] == [None, None]
    ends = clock() + timedelta(seconds=limit.get_expiry())
    clock.advance(seconds=5)
    assert traffic.take("192.0.2.1") == ends
    assert traffic.take("192.0.2.2") is None

    clock.now = ends - timedelta(milliseconds=1)
    assert traffic.take("192.0.2.1") is not None
    clock.now = ends
    assert [traffic.take("192.0.2.1") for _ in range(2)] == [None, None]


def test_networks_that_ask_no_longer_leave_nothing_in_memory(clock: Clock) -> None:
    counts = Counts(clock)
    for number in range(1000):
        counts.acquire_entry(f"network {number}", 1, 60)
        clock.advance(seconds=1)

    assert len(counts) == 60


def test_a_clock_that_is_set_back_shuts_nobody_out(clock: Clock) -> None:
    traffic = TrafficThrottle(RateLimitItemPerMinute(1), clock)
    clock.advance(hours=1)
    assert [traffic.take("192.0.2.1") is None for _ in range(2)] == [True, False]

    clock.advance(hours=-1)

    assert [traffic.take("192.0.2.1") is None for _ in range(2)] == [True, False]


OFFICE = OfficeRule(
    free=60, most=600, failed=120, whole=6_000, trusted=(ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))
)


def efforts(office: OfficeThrottle, requests: int, network: str = "192.0.2.1") -> list[int | TooManyRequests]:
    """So many requests, each accepted; how hard a check each needed."""
    found = []
    for _ in range(requests):
        found.append(office.effort(network))
        office.accept(network)
    return found


def test_an_office_is_asked_for_a_check_that_gets_harder_and_is_refused_at_six_hundred(clock: Clock) -> None:
    office = OfficeThrottle(OFFICE, clock)

    assert efforts(office, 600) == [effort for effort in range(10) for _ in range(60)]
    assert isinstance(office.effort("192.0.2.1"), TooManyRequests)
    assert office.effort("192.0.2.2") == 0


def test_asking_how_hard_it_is_counts_nothing(clock: Clock) -> None:
    office = OfficeThrottle(OFFICE, clock)

    assert {office.effort("192.0.2.1") for _ in range(1000)} == {0}


def test_wrong_characters_count_apart_and_nobody_is_refused_for_somebody_elses(clock: Clock) -> None:
    office = OfficeThrottle(OFFICE, clock)
    for _ in range(119):
        office.fail("192.0.2.1")
    assert office.effort("192.0.2.1") == 0

    for _ in range(500):
        office.fail("192.0.2.1")
    assert efforts(office, 181)[::60] == [1, 1, 2, 3]
    clock.advance(hours=1)
    assert office.effort("192.0.2.1") == 0


@pytest.mark.parametrize("network", ["203.0.113.9", "2001:db8:1:2::/64"])
def test_a_training_room_has_no_limit(clock: Clock, network: str) -> None:
    office = OfficeThrottle(OFFICE, clock)
    for _ in range(200):
        office.fail(network)

    assert set(efforts(office, 700, network)) == {0}


@pytest.mark.parametrize("network", ["203.0.114.9", "2001:db9::/64", "unknown", ""])
def test_a_network_beside_a_training_room_is_none(clock: Clock, network: str) -> None:
    office = OfficeThrottle(OFFICE, clock)

    assert efforts(office, 61, network)[-1] == 1


def test_many_requests_from_everywhere_ask_everybody_for_a_check_and_refuse_nobody(clock: Clock) -> None:
    office = OfficeThrottle(replace(OFFICE, whole=100), clock)
    for number in range(100):
        assert efforts(office, 1, f"198.51.100.{number}") == [0]
    assert efforts(office, 1, "192.0.2.1") == [1]

    for number in range(2_000):
        office.accept(f"2001:dc8::{number:x}:0:0:0:0")
    assert office.effort("192.0.2.2") == HARDEST
    assert office.effort("203.0.113.9") == 0, "a training room"
    clock.advance(hours=1)
    assert office.effort("192.0.2.2") == 0


def test_load_tests_lift_the_limits_of_an_office(clock: Clock) -> None:
    assert set(efforts(OfficeThrottle(OFFICE, clock, on=False), 700)) == {0}
