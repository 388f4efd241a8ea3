"""The networks that limits count, from a visitor's own to the wider ones around it."""

from functools import lru_cache
from ipaddress import IPv6Network

WIDER = ((56, 4), (48, 16))
"""Prefix lengths of wider IPv6 networks, each with how many times the limit of a /64 applies there.

Providers give a household up to a /56, which is 256 networks of /64, and give a company a /48, which is 65,536. On a
mobile network, a /48 may also be thousands of phones. So the limit grows with the fourth root of the number of
networks: one owner of a /48 gets no further than 16 visitors, and neighbors who share a /48 rarely notice.
"""


@lru_cache(maxsize=1024)
def around(network: str) -> tuple[tuple[str, int], ...]:
    """The network itself, then the wider networks that it is part of. Each has its multiple of the limit.

    Only an IPv6 network is part of wider ones. An IPv4 address, or text that is no network, stands alone.
    """
    try:
        own = IPv6Network(network)
        wider = [(str(own.supernet(new_prefix=length)), times) for length, times in WIDER]
    except ValueError:
        wider = []
    return ((network, 1), *wider)
