"""An owner of many IPv6 networks counts as a few visitors, and an office behind one IPv4 address notices nothing."""

from datetime import timedelta

from limits import RateLimitItemPerMinute

from cers_app.storage.throttle import OfficeRule, OfficeThrottle, TrafficThrottle
from cers_app.values.limits import TooManyRequests
from tests.support.doubles import Clock

OFFICE = OfficeRule(free=60, most=600, failed=120, whole=6_000)


def ask_from(traffic: TrafficThrottle, networks: range, times: int, block: str = "2001:db8:1") -> int:
    """How many requests get through if each /64 with a number in `networks` asks as often as `times`."""
    asked = [traffic.take(f"{block}:{number:x}::/64") for number in networks for _ in range(times)]
    return asked.count(None)


def test_a_person_with_256_networks_gets_no_further_than_four_people(clock: Clock) -> None:
    traffic = TrafficThrottle(RateLimitItemPerMinute(20), clock)

    assert ask_from(traffic, range(0x100), 20) == 80
    assert traffic.take("2001:db8:1:ff::/64") == clock() + timedelta(minutes=1)
    assert ask_from(traffic, range(0x100, 0x101), 21) == 20, "the neighbor's own /56"
    assert [traffic.take("192.0.2.1") for _ in range(20)] == [None] * 20, "an office behind one IPv4 address"
    assert traffic.take("192.0.2.1") is not None
    clock.advance(minutes=1)
    assert ask_from(traffic, range(0x100), 20) == 80


def test_a_company_with_65536_networks_gets_no_further_than_sixteen_people(clock: Clock) -> None:
    traffic = TrafficThrottle(RateLimitItemPerMinute(20), clock)

    assert ask_from(traffic, range(0, 0x10000, 0x20), 1) == 320
    assert ask_from(traffic, range(1), 20, "2001:db8:2") == 20, "another company"


def test_a_network_over_its_own_limit_takes_nothing_from_its_neighbors(clock: Clock) -> None:
    traffic = TrafficThrottle(RateLimitItemPerMinute(20), clock)

    assert ask_from(traffic, range(1), 10_000) == 20
    assert ask_from(traffic, range(1, 4), 20) == 60


def test_a_person_with_256_networks_asks_for_no_more_mail_than_four_offices(clock: Clock) -> None:
    office = OfficeThrottle(OFFICE, clock)
    for number in range(240):
        office.accept(f"2001:db9:0:{number:x}::/64")
    assert office.effort("2001:db9:0:ff::/64") == 1
    assert office.effort("2001:db9:0:100::/64") == 0, "the neighbor's own /56"

    for number in range(2_400 - 240):
        office.accept(f"2001:db9:0:{number % 0x100:x}::/64")
    assert isinstance(office.effort("2001:db9:0:ff::/64"), TooManyRequests)
    assert office.effort("2001:db9:0:100::/64") == 2, "2,400 of the 9,600 of the whole /48"
    assert office.effort("2001:db9:1::/64") == 0


def test_wrong_characters_from_many_networks_of_one_person_need_a_check(clock: Clock) -> None:
    office = OfficeThrottle(OFFICE, clock)
    for _ in range(10_000):
        office.fail("2001:db9:0:1::/64")
    assert office.effort("2001:db9:0:2::/64") == 0

    for number in range(360):
        office.fail(f"2001:db9:0:{number % 0x80 + 0x80:x}::/64")
    assert office.effort("2001:db9:0:2::/64") == 1
    assert office.effort("2001:db9:1::/64") == 0
