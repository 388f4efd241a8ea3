"""The rules of signing in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cers_app.values import forms
from cers_app.values.identifiers import Identifier, normalize
from cers_app.values.invisible import trimmed
from cers_app.values.limits import Failures, TooManyRequests, Traffic
from cers_app.values.visitor import Visitor


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What a visitor types to sign in."""

    username: str
    password: str

    @classmethod
    def parse(cls, form: object) -> "SignInForm":
        """Read both fields from any form, however broken."""
        return cls(forms.text(form, "username"), forms.text(form, "password"))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The password is right. `claim` opens one session, within seconds."""

    claim: str


@dataclass(frozen=True, slots=True)
class NotRecognized:
    """Unknown name, account not activated or disabled, or wrong password. One outcome, so nobody can tell which."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """`True` marks a field that the visitor left empty, or a name that can be nobody's."""

    username: bool
    password: bool
    not_an_identifier: bool = False


@dataclass(frozen=True, slots=True)
class GuessedTooOften:
    """Strangers failed too often for this name, so a browser that its account does not know must wait."""


SignInOutcome = SignedIn | NotRecognized | Incomplete | TooManyRequests | GuessedTooOften


@dataclass(frozen=True, slots=True)
class Candidate:
    """The account of a typed name, if it has one. An account that may not sign in has no hash here."""

    account_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Attempts for a name count under `key`."""

    key: str
    is_own: bool
    """Whether only this browser counts under `key`, because the account knows the browser."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A name and a password that may be tried."""

    name_key: str
    password: str
    bucket: Bucket


class Accounts(Protocol):
    """What signing in needs from the tables. Each method is one unit of work. A `name_key` is a normalized name."""

    def bucket(self, name_key: str, visitor: Visitor) -> Bucket:
        """Where this visitor's attempts for a name count."""

    def candidate(self, name_key: str) -> Candidate:
        """The account that may sign in with a name."""

    def accept(
        self, candidate: Candidate, bucket: Bucket, renewed_hash: str | None, visitor: Visitor
    ) -> SignedIn | NotRecognized:
        """Record a sign-in, store a renewed hash, and no longer count the attempt as a failure.

        Returns `NotRecognized` if the password was changed or the account disabled after `candidate` read them.
        """

    def refuse(self, name_key: str, candidate: Candidate, visitor: Visitor) -> None:
        """Record a refusal."""

    def warn(self, candidate: Candidate, bucket: Bucket, visitor: Visitor) -> None:
        """Mail the owner if strangers failed too often, at most once a day for each name."""

    def throttled(self, name_key: str, visitor: Visitor) -> None:
        """Record an attempt that came too soon. Without a name, the network made too many."""


Limit = Callable[[str, datetime], datetime | None]
"""Says until when a key must wait at a time, if it must."""


class Passwords(Protocol):
    """The hashing that signing in needs."""

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is right. The check takes as long without a stored hash."""

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash has other parameters than a new hash would."""

    def hash(self, password: str) -> str:
        """A new hash."""


class SignIn:
    """Decides who gets in. Unknown names cost a hash as well, so they take as long."""

    def __init__(  # noqa: PLR0913 - one argument per part
        self,
        *,
        accounts: Accounts,
        passwords: Passwords,
        traffic: Traffic,
        failures: Failures,
        guesses: Failures,
        clock: Callable[[], datetime],
    ) -> None:
        """`traffic` limits attempts per IP address, `failures` per typed name, and `guesses` those of strangers."""
        self._accounts, self._passwords = accounts, passwords
        self._traffic, self._failures, self._guesses, self._clock = traffic, failures, guesses, clock

    def admit(self, form: SignInForm, visitor: Visitor) -> Attempt | Incomplete | TooManyRequests | GuessedTooOften:
        """Check the form, the IP address and the name, in this order. An attempt that comes too soon costs no hash."""
        identifier, missing = normalize(form.username), not trimmed(form.username)
        if not isinstance(identifier, Identifier) or not form.password:
            odd = not missing and not isinstance(identifier, Identifier)
            return Incomplete(username=missing, password=not form.password, not_an_identifier=odd)
        if (retry_at := self._traffic.take(visitor.network)) is not None:
            if self._traffic.is_news(visitor.network):
                self._accounts.throttled("", visitor)
            return TooManyRequests(retry_at)
        attempt = Attempt(identifier.key, form.password, self._accounts.bucket(identifier.key, visitor))
        return self._too_soon(attempt, self._failures.waits, self._guesses.waits, visitor) or attempt

    def verify(
        self, attempt: Attempt, visitor: Visitor
    ) -> SignedIn | NotRecognized | TooManyRequests | GuessedTooOften:
        """Check the password. Other attempts for the name may have come first."""
        if too_soon := self._too_soon(attempt, self._failures.take, self._guesses.take, visitor):
            return too_soon
        candidate = self._accounts.candidate(attempt.name_key)
        outcome = self._verify(candidate, attempt, visitor)
        if isinstance(outcome, NotRecognized):
            self._accounts.refuse(attempt.name_key, candidate, visitor)
            self._accounts.warn(candidate, attempt.bucket, visitor)
        return outcome

    def _too_soon(
        self, attempt: Attempt, failures: Limit, guesses: Limit, visitor: Visitor
    ) -> TooManyRequests | GuessedTooOften | None:
        bucket, now = attempt.bucket, self._clock()
        too_soon: TooManyRequests | GuessedTooOften | None = None
        if (retry_at := failures(bucket.key, now)) is not None:
            too_soon = TooManyRequests(retry_at)
        elif not bucket.is_own and guesses(bucket.key, now) is not None:
            too_soon = GuessedTooOften()
        if too_soon:
            self._accounts.throttled(attempt.name_key, visitor)
        return too_soon

    def _verify(self, candidate: Candidate, attempt: Attempt, visitor: Visitor) -> SignedIn | NotRecognized:
        stored = candidate.password_hash
        if not self._passwords.verify(stored, attempt.password) or stored is None:
            return NotRecognized()
        renewed = self._passwords.hash(attempt.password) if self._passwords.is_outdated(stored) else None
        return self._accounts.accept(candidate, attempt.bucket, renewed, visitor)
