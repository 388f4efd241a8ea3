"""The wider networks in which limits count as well."""

import pytest

from cers_app.values.networks import around


def test_an_ipv6_network_is_part_of_two_wider_ones() -> None:
    assert around("2001:db8:1:2fe::/64") == (
        ("2001:db8:1:2fe::/64", 1),
        ("2001:db8:1:200::/56", 4),
        ("2001:db8:1::/48", 16),
    )


@pytest.mark.parametrize("alone", ["192.0.2.1", "unknown", "", "192.0.2.1:4000", "2001:db8::/32"])
def test_an_office_behind_one_ipv4_address_stands_alone(alone: str) -> None:
    assert around(alone) == ((alone, 1),)
