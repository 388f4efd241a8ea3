"""The outside world: time and chance. Everything is built with one; tests pass their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class World:
    """What the portal cannot know by itself."""

    now: Callable[[], datetime]
    """The time, in UTC."""
    new_token: Callable[[], str]
    """A secret of 256 random bits."""
    new_id: Callable[[], str]
    """A public name of 122 random bits."""
    choose: Callable[[str], str]
    """One of some characters."""
    chance: Callable[[], float]
    """A number from 0 up to 1, without 1."""
