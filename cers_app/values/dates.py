"""Dates, times and durations as people in California read them."""

from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil, inf
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta

PACIFIC = ZoneInfo("America/Los_Angeles")
LOCALE = "en_US"
WARNED_BEFORE = timedelta(minutes=2)
"""A page warns this long before its time runs out (WCAG 2.2.1)."""


def long_date(at: datetime) -> str:
    """A date in California, such as `May 9, 2017`."""
    return format_date(at.astimezone(PACIFIC), "long", LOCALE)


@lru_cache(maxsize=64)
def clock_time(at: datetime, style: Literal["short", "medium"] = "short") -> str:
    """`3:45 PM PDT` or `medium` `3:45:10 PM PDT` in California, rounded down, so no promise looks longer than it is.

    The zone is part of every time, because 1:40 AM comes twice in the night when the clocks go back.
    """
    # CLDR has a narrow no-break space before AM and PM. People copy and search these words with a plain space.
    time = format_time(at, style, tzinfo=PACIFIC, locale=LOCALE).replace("\u202f", " ")
    return f"{time} {at.astimezone(PACIFIC):%Z}"


def clock_time_from(at: datetime) -> str:
    """The `medium` time of the start of something, rounded up to a full second, so the time is never too early."""
    return clock_time(at + timedelta(microseconds=-at.microsecond % 1_000_000), "medium")


def in_minutes(lasts: timedelta) -> str:
    """A duration in full minutes, such as `60 minutes`, rounded down."""
    return format_timedelta(lasts - lasts % timedelta(minutes=1), "minute", threshold=inf, locale=LOCALE)


def seconds_left(until: datetime, now: datetime) -> float:
    """Seconds, rounded up to a millisecond, so that nothing ends too early. 0 if the time has passed."""
    return max(0.0, ceil(1000 * (until - now).total_seconds()) / 1000)
