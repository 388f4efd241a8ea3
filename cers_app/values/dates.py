"""Dates and times as people in California read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


def long_date(at: datetime) -> str:
    """A date in California, such as «May 9, 2017»."""
    local = at.astimezone(PACIFIC)
    return f"{local:%B} {local.day}, {local.year}"


def clock_time(at: datetime) -> str:
    """A time in California, such as «3:45 PM». It is rounded down, so no promise looks longer than it is."""
    local = at.astimezone(PACIFIC)
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def clock_time_with_seconds(at: datetime) -> str:
    """A time in California, such as «3:45:10 PM», rounded down."""
    local = at.astimezone(PACIFIC)
    return f"{local.hour % 12 or 12}:{local:%M:%S %p}"


def clock_time_from(at: datetime) -> str:
    """The same for the start of something, rounded up to a full second, so the time is never too early."""
    return clock_time_with_seconds(at + timedelta(microseconds=-at.microsecond % 1_000_000))
