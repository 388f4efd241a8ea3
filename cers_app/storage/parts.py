"""The parts that stores get from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cers_app.storage.database import Database


@dataclass(frozen=True, slots=True)
class StoreParts:
    """The database, and the values that a unit of work cannot make by itself."""

    database: Database
    hashed: Callable[[str], str]
    """Makes the keyed hash that replaces an identifier in counts and in the audit."""
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    delay: Callable[[], timedelta] = timedelta
    """Picks a random wait before a requested mail is due. By default there is no wait."""
