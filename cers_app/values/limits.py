"""Limits, as the flows know them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """Not before `retry_at` (UTC)."""

    retry_at: datetime


class Traffic(Protocol):
    """A limit for a visitor's network."""

    def take(self, network: str) -> datetime | None:
        """Count a request. If there were too many, returns when to try again."""

    def is_news(self, network: str) -> bool:
        """Whether a refusal is the network's first within a minute, so that the audit log should know."""


class Office(Protocol):
    """How much the people of one network ask for. A network may be an office with many people."""

    def effort(self, network: str) -> int | TooManyRequests:
        """How hard a check the network's next request needs. 0 means none."""

    def is_news(self, network: str) -> bool:
        """Whether a refusal is the network's first within a minute, so that the audit log should know."""

    def accept(self, network: str) -> None:
        """Count an accepted request."""

    def fail(self, network: str) -> None:
        """Count wrong verification characters."""


class Failures(Protocol):
    """A limit for a typed name or for an account."""

    def waits(self, key: str, now: datetime) -> datetime | None:
        """When to try again, if a key must wait. Counts nothing."""

    def take(self, key: str, now: datetime) -> datetime | None:
        """Count an attempt. If it may not be tried, returns when to try again."""
