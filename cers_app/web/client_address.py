"""Finds the IP address of a visitor, and the network that limits count."""

import re
from ipaddress import IPv4Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send


class ClientAddress:
    """ASGI middleware outside everything that reads the address."""

    def __init__(self, app: ASGIApp, trusted_hops: int) -> None:
        """`trusted_hops` is the number of proxies whose X-Forwarded-For the portal believes."""
        self._app, self._trusted_hops = app, trusted_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the visitor's address as the client."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "client": (self._of(HTTPConnection(scope)), 0)}
        await self._app(scope, receive, send)

    def _of(self, connection: HTTPConnection) -> str:
        """The address that the last trusted proxy names, or without one the address of the connection."""
        hops = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
        forwarded = [hop.strip() for hop in hops if hop.strip()]
        found = forwarded[-self._trusted_hops] if 0 < self._trusted_hops <= len(forwarded) else ""
        return _address(found) or (connection.client.host if connection.client else "unknown")


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


def _address(hop: str) -> str:
    """The plain address of a hop, which may have a port, brackets or a zone. Empty if there is none."""
    bracketed, with_port = re.fullmatch(r"\[(.*)\](:\d+)?", hop), re.fullmatch(r"([\d.]+):\d+", hop)
    found = bracketed or with_port
    try:
        return str(ip_address((found[1] if found else hop).partition("%")[0]))
    except ValueError:
        return ""
