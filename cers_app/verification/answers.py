"""The ways to answer a challenge, and the verdicts."""

from dataclasses import dataclass
from enum import StrEnum, auto


class Purpose(StrEnum):
    """Which page a challenge belongs to."""

    RECOVER_USERNAME = "recover-username"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the name of a page


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the browser sent it: characters, digits, or a proof."""

    characters: str = ""
    proof: str = ""


class Verdict(StrEnum):
    """What the check says about an answer."""

    RIGHT = auto()
    WRONG = auto()
    MISSING = auto()
    """This page and browser have no such challenge."""
    EXPIRED = auto()
