"""Who is asking, as far as the server knows it."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's sender. Nothing in it is chosen by the browser's scripts."""

    ip: str
    """The address, by the one rule for proxies (`web/door.py`)."""
    browser: str
    """SHA-256 of the browser cookie; empty when the browser keeps no cookies."""
    request_id: str
    """Joins the audit rows of one request."""
    known: str = ""
    """SHA-256 of the known-browser cookie; empty in a browser that never signed in."""

    @property
    def network(self) -> str:
        """What an address is counted under; see `network`."""
        return network(self.ip)


def network(ip: str) -> str:
    """The address itself, or the /64 of an IPv6 address: whoever has one has all of them.

    What is no address is counted as it is.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
