"""Under what an address is counted."""

import pytest

from cers_app.values.visitor import Visitor, network


@pytest.mark.parametrize(
    ("ip", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::9", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
        ("192.0.2.7:4711", "192.0.2.7:4711"),
        ("", ""),
    ],
)
def test_an_ipv6_network_is_one_visitor_and_an_ipv4_address_is_one(ip: str, counted: str) -> None:
    assert network(ip) == counted
    assert Visitor(ip, "", "").network == counted
