"""Who is asking, as far as the server knows it."""

from dataclasses import dataclass


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
