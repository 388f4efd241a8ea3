"""The ways to answer a challenge, and what comes of an answer."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Protocol


class Purpose(StrEnum):
    """Which page a challenge belongs to."""

    RECOVER_USERNAME = "recover-username"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - the name of a page


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the browser sent it: characters, digits, or a proof."""

    characters: str = ""
    proof: str = ""


class AnsweredForm(Protocol):
    """A form with an answer to a challenge among its fields."""

    @property
    def challenge(self) -> str:
        """The id of the challenge."""

    @property
    def characters(self) -> str:
        """The characters or digits that the visitor typed."""

    @property
    def proof(self) -> str:
        """The proof that the browser computed instead."""


class Verdict(StrEnum):
    """What comes of an answer."""

    RIGHT = auto()
    WRONG = auto()
    EXPIRED = auto()
