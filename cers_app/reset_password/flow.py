"""The rules of resetting a password: ask for a link, open it, choose a new password."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from cers_app.mail_request.flow import MailRequest
from cers_app.mail_request.outcomes import Asked, Receipt
from cers_app.new_password.judge import Judge
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.reset_password import links
from cers_app.reset_password.links import LinkLive, LinkNotComplete, LinkNotOpened, LinkRefused, LinkState
from cers_app.reset_password.outcomes import (
    AlreadyRenewed,
    LinkOwner,
    NewPasswordForm,
    OtherLink,
    Refusal,
    RenewOutcome,
)
from cers_app.values.digests import sha256
from cers_app.values.events import Event
from cers_app.values.limits import Office, TooManyRequests
from cers_app.values.visitor import Visitor
from cers_app.verification.answers import Purpose


class Tables(Protocol):
    """What resetting needs from the tables. Each method is one unit of work."""

    def owner(self, digest: str) -> LinkOwner | None:
        """The link with this digest, and its owner."""

    def opened(self, digest: str, visitor: Visitor) -> None:
        """Record that a link was opened."""

    def consume(self, digest: str, new_hash: str, visitor: Visitor) -> bool:
        """Use the link up: all of it or nothing, and only once. Returns whether this use won."""

    def not_consumed(self, digest: str, why: LinkRefused | OtherLink, visitor: Visitor) -> None:
        """Record that a link was refused."""

    def renew(self, digest: str, visitor: Visitor) -> str:
        """Ask for a fresh link for a dead link's owner, once per dead link.

        Returns the reference of the request, or an empty text if there was one before.
        """

    def refused(self, why: Event, visitor: Visitor) -> None:
        """Record a refusal that came before the account was looked up."""


class ResetRequest(MailRequest):
    """Asks for a link, by username or email address."""

    purpose = Purpose.RESET_PASSWORD


class PasswordReset:
    """Opens a link and uses it. Asks for a fresh link if the link is dead."""

    def __init__(  # noqa: PLR0913 - one argument per part
        self,
        *,
        tables: Tables,
        office: Office,
        hash_password: Callable[[str], str],
        judge: Judge,
        again_after: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """`office` limits every request for a mail. A visitor may ask for a mail again after `again_after`."""
        self._tables, self._office, self._judge = tables, office, judge
        self._hash_password, self._again_after, self._clock = hash_password, again_after, clock

    def open(self, token: str, visitor: Visitor) -> LinkState:
        """Record that a link was opened, and return its state. Mail scanners open links, so this uses nothing up."""
        if not links.is_token(token):
            return LinkNotComplete()
        self._tables.opened(sha256(token), visitor)
        return self.state_of(sha256(token))

    def state_of(self, digest: str) -> LinkState:
        """The state of the link that this browser opened."""
        _, state = self._find(digest)
        return state

    def renew(self, digest: str, visitor: Visitor) -> RenewOutcome:
        """Send one fresh link to the dead link's mailbox. The limits of mail requests apply."""
        owner, state = self._find(digest)
        if owner is None or not links.is_renewable(state, self._clock()):
            return state
        effort = self._office.effort(visitor.network)
        if isinstance(effort, TooManyRequests):
            if self._office.is_news(visitor.network):
                self._tables.refused(Event.THROTTLED, visitor)
            return effort
        reference = "" if owner.renewed_at else self._tables.renew(digest, visitor)
        now = self._clock()
        if not reference:
            return AlreadyRenewed(owner.renewed_at or now)
        self._office.accept(visitor.network)
        # The page does not show where the mail goes. A person with the link need not know it.
        return Asked("", Receipt(owner.email_key, now, now, is_own=False), now + self._again_after, reference)

    def decide(self, form: NewPasswordForm, digest: str, visitor: Visitor) -> Strong | Refusal:
        """Whether the link that this browser opened may set this password."""
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
        return self._judge.decide(form.password, owner.names, owner.email_key)

    def change(self, accepted: Strong, digest: str, visitor: Visitor) -> PasswordChanged | LinkState:
        """Set an accepted password with the opened link. Exactly one of several parallel uses wins."""
        won = self._tables.consume(digest, self._hash_password(accepted.password), visitor)
        return PasswordChanged() if won else self.state_of(digest)

    def advise(self, password: str, digest: str) -> Strong | Weak | None:
        """What `decide` would say about a password. `None` without a live link, or if the page asks too often."""
        owner, state = self._find(digest)
        if owner is None or not isinstance(state, LinkLive):
            return None
        return self._judge.advise(password, owner.names, owner.email_key)

    def _find(self, digest: str) -> tuple[LinkOwner | None, LinkState]:
        if not digest:
            return None, LinkNotOpened()
        owner = self._tables.owner(digest) if links.is_digest(digest) else None
        if owner is None:
            return None, LinkNotComplete()
        return owner, links.state_of(owner.facts, self._clock())
