"""Knows which hosts mean this machine itself."""

import ipaddress

LOOPBACK = "127.0.0.1"
NAMES = ("localhost", LOOPBACK, "::1")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine itself."""
    if host in NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
