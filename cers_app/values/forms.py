"""Reading a submitted form: any browser can send anything, so types and lengths come first."""

from collections.abc import Mapping
from typing import TypeGuard

LONGEST = 4096
"""Code points of any field. What is longer is no person's typing and counts as missing."""
LONGEST_MESSAGE = 65_536
"""Bytes that a page may send at a time. The messages are forms: a long password fits, a flood does not (OWASP WebSocket
cheat sheet: 64 KB)."""
LONGEST_PASSWORD = 1024
"""Code points of a password, checked before anything else: NFC is quadratic on hostile input."""


def text(form: object, name: str) -> str:
    """The text field `name`, or an empty text when it is missing, of another type or too long."""
    value = form.get(name) if _is_form(form) else None
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def _is_form(form: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(form, Mapping)
