"""The rules of signing in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cers_app.values import forms
from cers_app.values.identifiers import Identifier, normalise
from cers_app.values.limits import Failures, TooManyRequests, Traffic
from cers_app.values.visitor import Visitor


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What was typed."""

    username: str
    password: str

    @classmethod
    def parse(cls, form: object) -> "SignInForm":
        """Take the two fields from whatever was sent."""
        return cls(forms.text(form, "username"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The password was right; `claim` opens a session, once and within seconds."""

    claim: str


@dataclass(frozen=True, slots=True)
class NotRecognised:
    """Unknown, not activated, disabled, or a wrong password: one answer, so that none can be told apart."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A field was left empty."""

    username: bool
    password: bool


SignInOutcome = SignedIn | NotRecognised | Incomplete | TooManyRequests


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom a name stands for, and the hash to verify against; both `None` when nobody may sign in with it."""

    account_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """The key under which attempts for a name are counted."""

    key: str
    is_own: bool
    """Whether only this browser's attempts count here, because the account knows the browser."""


class Accounts(Protocol):
    """What signing in needs of the tables; each method is one unit of work. A `name_key` is a normalized name."""

    def bucket(self, name_key: str, visitor: Visitor) -> Bucket:
        """Where this visitor's attempts for a name are counted."""

    def candidate(self, name_key: str) -> Candidate:
        """Who may sign in with a name."""

    def accept(
        self, candidate: Candidate, bucket: Bucket, renewed_hash: str | None, visitor: Visitor
    ) -> SignedIn | NotRecognised:
        """Record a sign-in and store a renewed hash. The attempt no longer counts as a failure.

        `NotRecognised` when the password was changed or the account disabled since the candidate was read.
        """

    def refuse(self, name_key: str, candidate: Candidate, visitor: Visitor) -> None:
        """Record a refusal."""

    def throttled(self, name_key: str, visitor: Visitor) -> None:
        """Record an attempt that came too soon."""


class Passwords(Protocol):
    """The hashing that signing in needs."""

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is right; nobody's hash costs the same."""

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""

    def hash(self, password: str) -> str:
        """A new hash."""


class SignIn:
    """Decides who gets in. One hash an attempt, whoever is named."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        passwords: Passwords,
        traffic: Traffic,
        failures: Failures,
        clock: Callable[[], datetime],
    ) -> None:
        """`failures` counts for each typed name, `traffic` for each IP address."""
        self._accounts, self._passwords = accounts, passwords
        self._traffic, self._failures, self._clock = traffic, failures, clock

    def submit(self, form: SignInForm, visitor: Visitor) -> SignInOutcome:
        """Check IP address, identifier and password, in this order."""
        if not form.username.strip() or not form.password:
            return Incomplete(username=not form.username.strip(), password=not form.password)
        identifier = normalise(form.username)
        name_key = identifier.key if isinstance(identifier, Identifier) else ""
        retry_at, bucket = self._traffic.take(visitor.ip), self._accounts.bucket(name_key, visitor)
        if retry_at is None and name_key:
            retry_at = self._failures.take(bucket.key, self._clock())
        if retry_at is not None:
            self._accounts.throttled(name_key, visitor)
            return TooManyRequests(retry_at)
        candidate = self._accounts.candidate(name_key)
        outcome = self._verify(candidate, bucket, form.password, visitor)
        if isinstance(outcome, NotRecognised):
            self._accounts.refuse(name_key, candidate, visitor)
        return outcome

    def _verify(
        self, candidate: Candidate, bucket: Bucket, password: str, visitor: Visitor
    ) -> SignedIn | NotRecognised:
        stored = candidate.password_hash
        if not self._passwords.verify(stored, password) or stored is None:
            return NotRecognised()
        renewed = self._passwords.hash(password) if self._passwords.is_outdated(stored) else None
        return self._accounts.accept(candidate, bucket, renewed, visitor)
