"""The rules of resetting a password: ask for a link, open it, choose a new password."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from cers_app.mail_request.flow import MailRequest
from cers_app.new_password import policy
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.reset_password import links
from cers_app.reset_password.links import LinkLive, LinkNotComplete, LinkNotOpened, LinkRefused, LinkState
from cers_app.reset_password.outcomes import (
    AlreadyRenewed,
    ChangeOutcome,
    LinkOwner,
    NewLinkSent,
    NewPasswordForm,
    OtherLink,
    RenewOutcome,
)
from cers_app.values.events import Event
from cers_app.values.limits import TooManyRequests, Traffic
from cers_app.values.visitor import Visitor


class Tables(Protocol):
    """What resetting needs of the tables; each method is one unit of work."""

    def owner(self, digest: str) -> LinkOwner | None:
        """The link with this digest."""

    def opened(self, digest: str, visitor: Visitor) -> None:
        """Record that a link was opened."""

    def consume(self, digest: str, new_hash: str, visitor: Visitor) -> bool:
        """Use the link up: all of it or nothing, and only once. Whether this use won."""

    def not_consumed(self, digest: str, why: LinkRefused | OtherLink, visitor: Visitor) -> None:
        """Record that a link was refused."""

    def renew(self, digest: str, visitor: Visitor) -> bool:
        """Ask for a fresh link for the owner of a dead one, once for each. Whether this was the first time."""

    def refused(self, why: Event, visitor: Visitor) -> None:
        """Record a request that was refused before any look-up."""


@dataclass(frozen=True, slots=True)
class ResetRule:
    """The shortest new password, in characters, and how long an opened link may be used in that browser."""

    shortest: int
    open_for: timedelta


class ResetRequest(MailRequest):
    """Asking for a link, by username or email address."""


class PasswordReset:
    """Opening a link, using it, and asking for a fresh one when it is dead."""

    def __init__(
        self,
        *,
        tables: Tables,
        traffic: Traffic,
        hash_password: Callable[[str], str],
        rule: ResetRule,
        clock: Callable[[], datetime],
    ) -> None:
        """`traffic` is the limit of everybody who asks for mail."""
        self._tables, self._traffic = tables, traffic
        self._hash_password, self._rule, self._clock = hash_password, rule, clock

    def open(self, token: str, visitor: Visitor) -> LinkState:
        """Write down that a link was opened, and say what it can do. Nothing is consumed: mail scanners open it too."""
        if not links.is_token(token):
            return LinkNotComplete()
        self._tables.opened(links.digest(token), visitor)
        return self.state_of(links.digest(token))

    def state_of(self, digest: str) -> LinkState:
        """The state of the link that was opened in this browser."""
        _, state = self._find(digest)
        return state

    def renew(self, digest: str, visitor: Visitor) -> RenewOutcome:
        """Send one fresh link to the mailbox a dead link came to, under the limits of asking for mail."""
        owner, state = self._find(digest)
        if owner is None or not links.is_renewable(state):
            return state
        retry_at = self._traffic.take(visitor.ip)
        if retry_at is not None:
            self._tables.refused(Event.THROTTLED, visitor)
            return TooManyRequests(retry_at)
        if owner.renewed_at is not None or not self._tables.renew(digest, visitor):
            return AlreadyRenewed(owner.renewed_at or self._clock())
        return NewLinkSent()

    def change(self, form: NewPasswordForm, digest: str, visitor: Visitor) -> ChangeOutcome:
        """Set a new password with the link opened in this browser. Exactly one of many uses at once wins."""
        owner, state = self._find(digest)
        if owner is None:
            return state
        if not isinstance(state, LinkLive):
            self._tables.not_consumed(digest, state, visitor)
            return state
        if form.link not in {"", state.public_id}:
            other = OtherLink()
            self._tables.not_consumed(digest, other, visitor)
            return other
        checked = policy.check(form.password, shortest=self._rule.shortest, names=owner.names)
        match checked:
            case Weak():
                return checked
            case Strong(password):
                won = self._tables.consume(digest, self._hash_password(password), visitor)
                return PasswordChanged() if won else self.state_of(digest)
            case _:
                assert_never(checked)

    def _find(self, digest: str) -> tuple[LinkOwner | None, LinkState]:
        if not digest:
            return None, LinkNotOpened()
        owner = self._tables.owner(digest) if links.is_digest(digest) else None
        if owner is None:
            return None, LinkNotComplete()
        return owner, links.state_of(owner.facts, self._clock(), self._rule.open_for)
