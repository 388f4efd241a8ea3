"""Reads a submitted form. A browser can send anything, so types and lengths are checked first."""

from collections.abc import Mapping
from typing import TypeGuard

LONGEST = 4096
"""Code points in any field. No person types more, so a longer text counts as missing."""
LONGEST_MESSAGE = 65_536
"""Bytes that a page may send at a time. The messages are forms: a long password fits, and a flood does not.

Source: OWASP WebSocket cheat sheet, 64 KB.
"""
LONGEST_PASSWORD = 1024
"""Code points in a password. This check comes before all others, because NFC is quadratic on hostile input."""


def text(form: object, name: str) -> str:
    """The text of the field `name`. It is empty if the field is missing, of another type or too long."""
    value = form.get(name) if _is_form(form) else None
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def _is_form(form: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(form, Mapping)
