"""The outside world: time and chance. Every part is built with a world, and tests pass their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class World:
    """Gives the portal the values it cannot know by itself."""

    now: Callable[[], datetime]
    """The time, in UTC."""
    new_token: Callable[[], str]
    """A secret of 256 random bits."""
    new_id: Callable[[], str]
    """A public name of 128 random bits."""
    choose: Callable[[str], str]
    """Picks one of the given characters."""
    chance: Callable[[], float]
    """A random number from 0 up to, but not including, 1."""
    pause: Callable[[float], None]
    """Waits for some seconds."""
