"""Limits on how often a visitor may ask and how often an identifier may be tried."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from cers_app.storage.counts import Counts
from cers_app.storage.database import Database
from cers_app.storage.guesses import Guesses
from cers_app.values.limits import TooManyRequests
from cers_app.values.networks import around

ONE_A_MINUTE = RateLimitItemPerMinute(1)
EVERYBODY, HARDEST = "everybody", 8
"""The key of all networks together, and the effort at which their count no longer matters."""
AT_ONCE = 500
"""Keys in one statement. Databases limit how many parameters a statement may have."""


class Throttle(SQLModel, table=True):
    """The failures of one key. They survive a restart, so a restart is no way around the limit."""

    __tablename__ = "throttle"

    key: str = Field(primary_key=True, max_length=64)
    failures: int
    window_began_at: datetime
    blocked_until: datetime | None = Field(default=None, index=True)


@dataclass(frozen=True, slots=True)
class FailureRule:
    """After `failures` within `window`, each further failure doubles the delay, from `first` up to `longest`."""

    failures: int
    window: timedelta
    longest: timedelta
    first: timedelta = timedelta(seconds=30)


class FailureThrottle:
    """Counts failed sign-ins for each typed key, in the database."""

    def __init__(self, database: Database, rule: FailureRule, *, on: bool = True) -> None:
        """`on` is false only in load tests."""
        self._database, self._rule, self._on = database, rule, on

    def waits(self, key: str, now: datetime) -> datetime | None:
        """Until when a key must wait, if it must. Counts nothing."""
        with self._database.reading() as session:
            row = session.get(Throttle, key) if self._on else None
        return row.blocked_until if row and row.blocked_until and row.blocked_until > now else None

    def take(self, key: str, now: datetime) -> datetime | None:
        """Count an attempt as failed before it is tried. If the key must wait instead, returns until when.

        Counting first withstands parallel attempts: no more of them get through than if they came one after another.
        """
        if not self._on:
            return None
        with self._database.writing() as session:
            row = session.get(Throttle, key) or Throttle(key=key, failures=0, window_began_at=now)
            if row.blocked_until and row.blocked_until > now:
                return row.blocked_until
            if self._is_over(row, now):
                row.failures, row.window_began_at, row.blocked_until = 0, now, None
            row.failures += 1
            beyond = row.failures - self._rule.failures
            if beyond >= 0:
                # A key that must wait has no window. The field holds the previous wait, for `give_back`.
                row.window_began_at = row.blocked_until or row.window_began_at
                row.blocked_until = now + min(self._rule.first * 2 ** min(beyond, 16), self._rule.longest)
            session.add(row)
        return None

    def _is_over(self, row: Throttle, now: datetime) -> bool:
        if row.blocked_until:
            return now > row.blocked_until + self._rule.longest
        return now - row.window_began_at > self._rule.window


def forget(session: Session, key: str) -> None:
    """Forget the failures of a key in the unit of work of `session`, because its owner got in."""
    if row := session.get(Throttle, key):
        session.delete(row)


def give_back(session: Session, key: str, rule: FailureRule) -> None:
    """Take back the latest count of a key in the unit of work of `session`, because the attempt did not fail.

    The row is then as it was before the attempt, so the next stranger cannot see that the owner got in.
    """
    row = session.get(Throttle, key)
    if row is None:
        return
    row.failures -= 1
    row.blocked_until = row.window_began_at if row.failures >= rule.failures else None
    if row.failures == 0:
        session.delete(row)


def forget_many(session: Session, keys: Sequence[str]) -> None:
    """Forget the failures of many keys. They name new people, who should not wait because of strangers' guesses."""
    for first in range(0, len(keys), AT_ONCE):
        some = keys[first : first + AT_ONCE]
        session.connection().execute(delete(Throttle).where(col(Throttle.key).in_(some)))
        session.connection().execute(delete(Guesses).where(col(Guesses.key).in_(some)))


class _News:
    """Tells the first refusal of a network in a minute from the others, so that a flood does not fill the audit."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._told = MovingWindowRateLimiter(Counts(clock))

    def is_news(self, network: str) -> bool:
        """Whether a refusal is the network's first within a minute."""
        return self._told.hit(ONE_A_MINUTE, network)


class TrafficThrottle(_News):
    """Limits how often one network may ask. The counts are in memory and start at zero with the process."""

    def __init__(self, limit: RateLimitItem, clock: Callable[[], datetime], *, on: bool = True) -> None:
        """`on` is false only in load tests."""
        super().__init__(clock)
        self._limit, self._clock, self._on = limit, clock, on
        self._limiter = MovingWindowRateLimiter(Counts(clock))

    def take(self, network: str) -> datetime | None:
        """Count a request. If there were too many, returns when to try again."""
        for limit, name in _limits_of(self._limit, network) if self._on else ():
            if not self._limiter.hit(limit, name):
                return _again_at(self._limiter.get_window_stats(limit, name).reset_time, self._clock())
        return None

    def is_over(self, network: str) -> bool:
        """Whether a network has asked too often. Counts nothing."""
        limits = _limits_of(self._limit, network) if self._on else ()
        return not all(self._limiter.test(limit, name) for limit, name in limits)


def _limits_of(limit: RateLimitItem, network: str) -> Iterator[tuple[RateLimitItem, str]]:
    """The limit of a network, then the higher limits of the wider networks around it.

    Count in this order, and stop at the first limit that is reached. So a network that is over its own limit uses up
    nothing of what its neighbors share.
    """
    for name, times in around(network):
        yield type(limit)(limit.amount * times, limit.multiples), name


def _again_at(reset_time: float, now: datetime) -> datetime:
    return max(datetime.fromtimestamp(reset_time, UTC), now + timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class OfficeRule:
    """How many requests a network may make in an hour.

    After `free` accepted requests or `failed` wrong verification characters, each further request needs a check. The
    check gets harder after each `free` more accepted requests. `most` accepted requests are too many. The same goes for
    all networks together after each `whole` accepted requests, but these are never too many.
    """

    free: int
    most: int
    failed: int
    whole: int
    trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks without these limits, such as training rooms."""


class OfficeThrottle(_News):
    """Counts what the people of one network ask for, in memory."""

    def __init__(self, rule: OfficeRule, clock: Callable[[], datetime], *, on: bool = True) -> None:
        """`on` is false only in load tests."""
        super().__init__(clock)
        self._rule, self._clock, self._on = rule, clock, on
        self._accepted, self._failed = RateLimitItemPerHour(rule.most), RateLimitItemPerHour(rule.failed)
        self._whole = RateLimitItemPerHour(rule.whole * HARDEST)
        self._limiter = MovingWindowRateLimiter(Counts(clock))

    def effort(self, network: str) -> int | TooManyRequests:
        """How hard a check the network's next request needs. 0 means none."""
        if not self._counts(network):
            return 0
        efforts = []
        for limit, name in _limits_of(self._accepted, network):
            accepted = self._limiter.get_window_stats(limit, "accepted", name)
            if accepted.remaining == 0:
                return TooManyRequests(_again_at(accepted.reset_time, self._clock()))
            free = self._rule.free * limit.amount // self._rule.most
            efforts.append((limit.amount - accepted.remaining) // free)
        together = self._whole.amount - self._limiter.get_window_stats(self._whole, EVERYBODY).remaining
        return max(*efforts, together // self._rule.whole, int(self._has_failed(network)))

    def _has_failed(self, network: str) -> bool:
        # A person who types wrong characters on purpose must not shut the others out.
        stats = (
            self._limiter.get_window_stats(limit, "failed", name) for limit, name in _limits_of(self._failed, network)
        )
        return any(each.remaining == 0 for each in stats)

    def accept(self, network: str) -> None:
        """Count an accepted request."""
        self._count(self._accepted, "accepted", network)
        if self._counts(network):
            self._limiter.hit(self._whole, EVERYBODY)

    def fail(self, network: str) -> None:
        """Count wrong verification characters."""
        self._count(self._failed, "failed", network)

    def _count(self, limit: RateLimitItem, what: str, network: str) -> None:
        if self._counts(network):
            all(self._limiter.hit(each, what, name) for each, name in _limits_of(limit, network))

    def _counts(self, network: str) -> bool:
        return self._on and not self._is_trusted(network)

    def _is_trusted(self, network: str) -> bool:
        if not self._rule.trusted:
            return False
        try:
            found = ip_network(network)
        except ValueError:
            return False
        return any(found.version == each.version and found.subnet_of(each) for each in self._rule.trusted)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one network may ask for in all journeys together, and how many new passwords one owner may send."""

    pictures: TrafficThrottle
    sounds: TrafficThrottle
    requests: TrafficThrottle
    """Every request to the server, except for assets."""
    presses: TrafficThrottle
    """New passwords by the digest of a link or a session, and by account."""
