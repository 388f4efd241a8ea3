"""Counts the failures of strangers for a typed name over weeks, so that slow guessing ends (NIST SP 800-63B 3.2.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel

from cers_app.storage.database import Database

TOLD_AGAIN = timedelta(days=1)
"""The shortest time between two mails to an owner about guesses."""


class Guesses(SQLModel, table=True):
    """The failed sign-ins for one typed name, from browsers that its account does not know."""

    __tablename__ = "guesses"

    key: str = Field(primary_key=True, max_length=64)
    failures: int
    began_at: datetime = Field(index=True)
    """When the first of these failures was counted. After the rule's `window`, the count starts again."""
    last_at: datetime
    told_at: datetime | None = None
    """When the owner last got a mail about it."""


@dataclass(frozen=True, slots=True)
class GuessesRule:
    """After `failures` within `window`, strangers may try a name only `a_day` times a day."""

    failures: int
    window: timedelta
    a_day: int

    def waits(self, row: Guesses | None, now: datetime) -> datetime | None:
        """Until when strangers must wait, if they must."""
        if row is None or row.failures < self.failures or self.is_over(row, now):
            return None
        retry_at = min(row.last_at + timedelta(days=1) / self.a_day, row.began_at + self.window)
        return retry_at if retry_at > now else None

    def is_over(self, row: Guesses, now: datetime) -> bool:
        """Whether the count starts again."""
        return now >= row.began_at + self.window


class GuessesThrottle:
    """The limit for strangers. A sign-in never clears it, and a reset does."""

    def __init__(self, database: Database, rule: GuessesRule, *, on: bool = True) -> None:
        """`on` is false only in load tests."""
        self._database, self._rule, self._on = database, rule, on

    def waits(self, key: str, now: datetime) -> datetime | None:
        """Until when strangers must wait for a key, if they must. Counts nothing."""
        if not self._on:
            return None
        with self._database.reading() as session:
            return self._rule.waits(session.get(Guesses, key), now)

    def take(self, key: str, now: datetime) -> datetime | None:
        """Count an attempt as failed before it is tried. If strangers must wait instead, returns until when."""
        if not self._on:
            return None
        with self._database.writing() as session:
            row = session.get(Guesses, key) or Guesses(key=key, failures=0, began_at=now, last_at=now)
            if (retry_at := self._rule.waits(row, now)) is not None:
                return retry_at
            if self._rule.is_over(row, now):
                row.failures, row.began_at, row.told_at = 0, now, None
            row.failures, row.last_at = row.failures + 1, now
            session.add(row)
        return None


def give_back(session: Session, key: str) -> None:
    """Take back the latest count of a key in the unit of work of `session`, because the attempt did not fail.

    The last one takes its row along. Otherwise the time of the row would tell a stranger when the owner signed in.
    """
    if row := session.get(Guesses, key):
        row.failures -= 1
        if row.failures <= 0:
            session.delete(row)


def is_warning_due(session: Session, key: str, rule: GuessesRule, now: datetime) -> bool:
    """Whether the owner should get a mail about the guesses now. A known browser's key has none."""
    row = session.get(Guesses, key)
    is_told = bool(row and row.told_at and now < row.told_at + TOLD_AGAIN)
    return row is not None and row.failures >= rule.failures and not is_told


def note_warning(session: Session, key: str, now: datetime) -> None:
    """Note that the owner gets a mail, in the unit of work of `session`."""
    if row := session.get(Guesses, key):
        row.told_at = now


def move(session: Session, former: str, key: str) -> None:
    """Count the guesses at a key under another one from now on: the name's hash under the portal's new secret key."""
    row = session.get(Guesses, former)
    if row and session.get(Guesses, key) is None:
        row.key = key
