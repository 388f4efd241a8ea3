"""What the stores need of the outside world."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cers_app.storage.database import Database


@dataclass(frozen=True, slots=True)
class StoreParts:
    """The database, and what a unit of work cannot make by itself."""

    database: Database
    hashed: Callable[[str], str]
    """The keyed hash under which an identifier is counted and written down."""
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    delay: Callable[[], timedelta] = timedelta
    """How long a requested mail waits before it is due, at random; none by default."""
