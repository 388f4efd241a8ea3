"""Dates and times as people in California read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


def long_date(at: datetime) -> str:
    """A date as in «May 9, 2017», in California."""
    local = at.astimezone(PACIFIC)
    return f"{local:%B} {local.day}, {local.year}"


def clock_time(at: datetime) -> str:
    """A time as in «3:45 PM», in California: the minute that has begun, so no promise is shown as lasting too long."""
    local = at.astimezone(PACIFIC)
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def clock_time_with_seconds(at: datetime) -> str:
    """A time as in «3:45:10 PM», in California: the second that has begun."""
    local = at.astimezone(PACIFIC)
    return f"{local.hour % 12 or 12}:{local:%M:%S %p}"


def clock_time_from(at: datetime) -> str:
    """The same for what can be done from that time on: the first full second, never too early."""
    return clock_time_with_seconds(at + timedelta(microseconds=-at.microsecond % 1_000_000))
