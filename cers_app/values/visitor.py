"""The sender of a request, as far as the server knows."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sender of one request. The browser's scripts choose none of these values."""

    ip: str
    """The IP address that the one rule for proxies finds (`web/client_address.py`)."""
    browser: str
    """SHA-256 of the browser cookie; empty when the browser keeps no cookies."""
    request_id: str
    """Joins the audit rows of one request."""
    known: str = ""
    """SHA-256 of the known-browser cookie; empty in a browser that never signed in."""

    @property
    def network(self) -> str:
        """The key that limits count the address under; see `network`."""
        return network(self.ip)


def network(ip: str) -> str:
    """The address itself, or the /64 of an IPv6 address, because a visitor has all addresses of a /64.

    Text that is not an address stays as it is.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
