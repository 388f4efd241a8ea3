"""Which new passwords are accepted (NIST SP 800-63B 3.1.1.2: length, no composition rules)."""

import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

LONGEST = 1024
"""Code points, checked before anything else: NFC is quadratic on hostile input."""


class Weakness(Enum):
    """Why a password is refused."""

    EMPTY = auto()
    TOO_LONG = auto()
    TOO_SHORT = auto()
    NOT_TEXT = auto()
    IS_YOUR_NAME = auto()


@dataclass(frozen=True, slots=True)
class Weak:
    """The password is refused, and why."""

    weakness: Weakness


@dataclass(frozen=True, slots=True)
class Strong:
    """The password is accepted; `password` is its NFC form."""

    password: str


def check(password: str, *, shortest: int, names: tuple[str, ...]) -> Strong | Weak:
    """Check a new password of at least `shortest` characters (counted after NFC) for the owner of `names`."""
    if not password:
        return Weak(Weakness.EMPTY)
    if len(password) > LONGEST:
        return Weak(Weakness.TOO_LONG)
    if any("\ud800" <= character <= "\udfff" for character in password):
        return Weak(Weakness.NOT_TEXT)
    composed = unicodedata.normalize("NFC", password)
    if len(composed) < shortest:
        return Weak(Weakness.TOO_SHORT)
    if composed.casefold() in {name.casefold() for name in names}:
        return Weak(Weakness.IS_YOUR_NAME)
    return Strong(composed)
