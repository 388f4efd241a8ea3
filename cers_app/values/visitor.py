"""The sender of a request, as far as the server knows."""

from dataclasses import dataclass

from cers_app.values import devices


@dataclass(frozen=True, slots=True)
class Visitor:
    """The sender of one request. The browser's scripts choose none of these values."""

    ip: str
    """The IP address that the one rule for proxies finds (`web/visit.py`)."""
    network: str
    """What limits count: the address, or the /64 of an IPv6 address."""
    browser: str
    """SHA-256 of the browser cookie; empty when the browser keeps no cookies."""
    request_id: str
    """Joins the audit rows of one request."""
    known: str = ""
    """SHA-256 of the known-browser cookie; empty in a browser that never signed in."""
    user_agent: str = ""
    """The `User-Agent` header."""

    @property
    def device(self) -> str:
        """The browser and the device, in words."""
        return devices.device(self.user_agent[: devices.LONGEST])
