"""How the command line writes times, numbers and events."""

from datetime import datetime

from cers_app.storage.audit import AuditEvent
from cers_app.values.dates import clock_time, long_date
from cers_app.words.activity import HAPPENED


def moment(at: datetime | None) -> str:
    """A time as callers say it: `May 9, 2017, 12:00 PM PDT`."""
    return f"{long_date(at)}, {clock_time(at)}" if at else "never"


def counted(number: int, thing: str) -> str:
    """`1 session`, `2,000 sessions`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def happened(row: AuditEvent, *, whence: bool = True) -> str:
    """An audit row in words: the event, its details, how often it happened, who did it, and `whence`: the IP."""
    words = HAPPENED.get(row.event)
    what = words.for_staff if words else row.event
    what = f"{what} ({row.detail})" if row.detail else what
    what = f"{what}, {row.count} times" if row.count > 1 else what
    from_where = f" from {row.ip}" if row.ip and whence else ""
    return f"{what}, by {row.actor}{from_where}" if row.actor != "visitor" or from_where else what
