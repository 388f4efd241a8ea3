"""Stand-ins for the outside world, passed in where the portal passes in the real thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from argon2.profiles import CHEAPEST

from cers_app.accounts.passwords import Passwords
from cers_app.composition.world import REAL
from cers_app.reset_password.links import LinkFacts
from cers_app.reset_password.outcomes import LinkOwner
from cers_app.values.digests import sha256
from cers_app.values.limits import TooManyRequests
from cers_app.values.visitor import Visitor
from cers_app.values.world import World
from cers_app.verification.answers import Answer, Purpose, Verdict

NOON = datetime(2017, 5, 9, 19, 0, tzinfo=UTC)
"""Noon in California on the day of the help page's example."""
ANN = Visitor(ip="192.0.2.7", network="192.0.2.7", browser="b" * 64, request_id="request-of-ann")
STRANGER = Visitor(ip="198.51.100.9", network="198.51.100.9", browser="e" * 64, request_id="request-of-a-stranger")
OLD_PASSWORD = "An old password of 31 letters"
NEW_PASSWORD = "Correct horse battery staple"


def cheap_passwords() -> Passwords:
    """Real argon2 with parameters that take no time."""
    return Passwords(CHEAPEST)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


def world_at(clock: Clock) -> World:
    """The real world, but for a clock that stands still, no delays by chance, and no pauses."""
    return replace(REAL, now=clock, chance=lambda: 0.0, pause=lambda _seconds: None)


def counting(prefix: str) -> Callable[[], str]:
    """A maker of tokens or ids that tells its products apart: `prefix-1`, `prefix-2`, …."""
    made = 0

    def make() -> str:
        nonlocal made
        made += 1
        return f"{prefix}-{made}"

    return make


@dataclass
class Gate:
    """A limit, of an IP address or of a typed key, that lets through until it is shut."""

    retry_at: datetime | None = None
    taken: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def is_news(self, network: str) -> bool:
        """Whether this is the first refusal of a network."""
        self.told.append(network)
        return self.told.count(network) == 1

    def take(self, key: str, _now: datetime | None = None) -> datetime | None:
        """Count, and say when to try again."""
        self.taken.append(key)
        return self.retry_at

    def waits(self, _key: str, _now: datetime) -> datetime | None:
        """Say when to try again."""
        return self.retry_at


@dataclass
class OfficeDouble:
    """A network that may be told to do a check, or to wait; what was counted for it."""

    asks_for: int | TooManyRequests = 0
    accepted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def is_news(self, network: str) -> bool:
        """Whether this is the first refusal of a network."""
        self.told.append(network)
        return self.told.count(network) == 1

    def effort(self, _network: str) -> int | TooManyRequests:
        """What it was told."""
        return self.asks_for

    def accept(self, network: str) -> None:
        """Count."""
        self.accepted.append(network)

    def fail(self, network: str) -> None:
        """Count."""
        self.failed.append(network)


@dataclass
class ReadablePasswords:
    """Hashing that can be read: the hash of `x` is `hash of x`; an outdated one is `old hash of x`."""

    verified: list[tuple[str | None, str]] = field(default_factory=list)
    hashed: list[str] = field(default_factory=list)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the right one."""
        self.verified.append((stored, password))
        return stored in {f"hash of {password}", f"old hash of {password}"}

    def is_outdated(self, stored: str) -> bool:
        """Whether it begins with `old`."""
        return stored.startswith("old ")

    def hash(self, password: str) -> str:
        """A readable hash."""
        self.hashed.append(password)
        return f"hash of {password}"


@dataclass
class Examiner:
    """The verification characters: gives the verdicts in turn, the last one for ever."""

    verdicts: Sequence[Verdict] = (Verdict.RIGHT,)
    checked: list[Answer] = field(default_factory=list)

    discarded: list[str] = field(default_factory=list)

    def check(self, _challenge_id: str, answer: Answer, _purpose: Purpose, _browser: str) -> Verdict:
        """The next verdict."""
        self.checked.append(answer)
        return self.verdicts[min(len(self.checked), len(self.verdicts)) - 1]

    def is_checked(self, challenge_id: str, check: str, effort: int, _purpose: Purpose, _browser: str) -> bool:
        """Readable: the check of `x` with effort 2 is `x 2`."""
        return check == f"{challenge_id} {effort}"

    def discard(self, _purpose: Purpose, browser: str) -> None:
        """Keep whose."""
        self.discarded.append(browser)


def link_owner(
    *,
    expires_at: datetime,
    used_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    why: str = "",
) -> LinkOwner:
    """A link of Ann Gause's, with the public id `link-1`."""
    facts = LinkFacts("link-1", "anngause", expires_at, used_at, cancelled_at, why or None)
    return LinkOwner(facts, ("anngause", "anngause@example.com", "Ann Gause"), email_key="anngause@example.com")


TOKEN = "T" * 43
DIGEST = sha256(TOKEN)
