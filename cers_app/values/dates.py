"""Dates, times and durations as people in California read them."""

from datetime import datetime, timedelta
from math import inf
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta

PACIFIC = ZoneInfo("America/Los_Angeles")
LOCALE = "en_US"
MINUTE = timedelta(minutes=1)


def long_date(at: datetime) -> str:
    """A date in California, such as «May 9, 2017»."""
    return format_date(at.astimezone(PACIFIC), "long", LOCALE)


def clock_time(at: datetime) -> str:
    """A time in California, such as «3:45 PM». It is rounded down, so no promise looks longer than it is."""
    return _time(at, "short")


def clock_time_with_seconds(at: datetime) -> str:
    """A time in California, such as «3:45:10 PM», rounded down."""
    return _time(at, "medium")


def clock_time_from(at: datetime) -> str:
    """The same for the start of something, rounded up to a full second, so the time is never too early."""
    return clock_time_with_seconds(at + timedelta(microseconds=-at.microsecond % 1_000_000))


def in_minutes(lasts: timedelta) -> str:
    """A duration in full minutes, such as «60 minutes». It is rounded down, so no promise looks longer than it is."""
    return format_timedelta(lasts // MINUTE * MINUTE, "minute", threshold=inf, locale=LOCALE)


def _time(at: datetime, style: Literal["short", "medium"]) -> str:
    # CLDR has a narrow no-break space before AM and PM. People copy and search these words with a plain space.
    return format_time(at, style, tzinfo=PACIFIC, locale=LOCALE).replace("\u202f", " ")
