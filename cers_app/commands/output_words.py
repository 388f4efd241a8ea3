"""How the command line writes times and numbers."""

from datetime import datetime

from cers_app.values.dates import clock_time, long_date


def moment(at: datetime | None) -> str:
    """A time as callers say it: `May 9, 2017, 12:00 PM PDT`."""
    return f"{long_date(at)}, {clock_time(at)}" if at else "never"


def counted(number: int, thing: str) -> str:
    """`1 session`, `2,000 sessions`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
