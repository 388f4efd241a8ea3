"""The rules of the account pages: change the password, sign out everywhere."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from cers_app.new_password.judge import Judge
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.values.events import Event
from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.values.limits import Failures, TooManyRequests
from cers_app.values.passwords import prepared
from cers_app.values.visitor import Visitor
from cers_app.your_account.outcomes import (
    ChangeOutcome,
    ChangePasswordForm,
    Incomplete,
    NotSignedIn,
    Overview,
    Owner,
    Refusal,
    SamePassword,
    WrongPassword,
)


class Tables(Protocol):
    """What the account pages need from the tables. Each method is one unit of work."""

    def owner(self, digest: str) -> Owner | None:
        """The owner of the live session with this digest."""

    def overview(self, digest: str) -> Overview | None:
        """What the account page shows the owner of a live session."""

    def refused(self, why: Event, owner: Owner, visitor: Visitor) -> None:
        """Record a wrong current password, or an attempt that came too soon."""

    def forgive(self, owner: Owner) -> None:
        """Forget the wrong current passwords, because the owner gave the right one."""

    def change(self, owner: Owner, new_hash: str, visitor: Visitor) -> bool:
        """Set a new password and end everything older. `False` if the password changed in between."""

    def end_one(self, session_id: str, digest: str, visitor: Visitor) -> None:
        """End another session of a live session's owner. It is no error if that session has already ended."""

    def end_everywhere(self, digest: str, visitor: Visitor) -> int:
        """End every session of a live session's owner. Returns how many there were."""


class Passwords(Protocol):
    """The hashing that changing a password needs."""

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is right."""

    def hash(self, password: str) -> str:
        """A new hash."""


class YourAccount:
    """What a signed-in person may do."""

    def __init__(
        self,
        tables: Tables,
        passwords: Passwords,
        failures: Failures,
        judge: Judge,
        clock: Callable[[], datetime],
    ) -> None:
        """`failures` limits how often an account's current password is tried."""
        self._tables, self._passwords, self._failures = tables, passwords, failures
        self._judge, self._clock = judge, clock

    def overview(self, digest: str) -> Overview | NotSignedIn:
        """What the account page shows the owner of a live session."""
        return self._tables.overview(digest) or NotSignedIn()

    def decide(self, form: ChangePasswordForm, digest: str) -> Strong | Refusal:
        """Whether the owner of this session may have the new password. The current one is checked afterwards."""
        if not form.current or not form.new:
            return Incomplete(current=not form.current, new=not form.new)
        owner = self._tables.owner(digest)
        if owner is None:
            return NotSignedIn()
        decided = self._judge.decide(form.new, owner.names, owner.failures_key)
        is_same = isinstance(decided, Strong) and decided.password == prepared(form.current[: LONGEST_PASSWORD + 1])
        return SamePassword() if is_same else decided

    def change_password(self, current: str, accepted: Strong, digest: str, visitor: Visitor) -> ChangeOutcome:
        """Check the session, the number of attempts and the current password, in this order (ASVS 6.2.3)."""
        owner = self._tables.owner(digest)
        if owner is None:
            return NotSignedIn()
        retry_at = self._failures.take(owner.failures_key, self._clock())
        if retry_at is not None:
            self._tables.refused(Event.THROTTLED, owner, visitor)
            return TooManyRequests(retry_at)
        if not self._passwords.verify(owner.password_hash, current):
            self._tables.refused(Event.PASSWORD_REFUSED, owner, visitor)
            return WrongPassword()
        self._tables.forgive(owner)
        won = self._tables.change(owner, self._passwords.hash(accepted.password), visitor)
        return PasswordChanged() if won else NotSignedIn()

    def advise(self, password: str, digest: str) -> Strong | Weak | None:
        """What `decide` would say about a password. `None` without a live session, or if the page asks too often."""
        owner = self._tables.owner(digest)
        return self._judge.advise(password, owner.names, owner.failures_key) if owner else None

    def end_one(self, session_id: str, digest: str, visitor: Visitor) -> None:
        """Sign another browser out."""
        self._tables.end_one(session_id, digest, visitor)

    def end_everywhere(self, digest: str, visitor: Visitor) -> int:
        """Sign out in every browser. Returns how many sessions ended, or 0 if this one had already ended."""
        return self._tables.end_everywhere(digest, visitor)
