"""The rules of resetting a password: ask for a link, open it, choose a new password."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, assert_never

from cers_app.accounts import password_policy
from cers_app.accounts.identifiers import Identifier, normalise
from cers_app.accounts.masking import mask
from cers_app.accounts.password_policy import Strong, Weak
from cers_app.reset_password import links
from cers_app.reset_password.links import LinkLive, LinkState, NoLink
from cers_app.reset_password.outcomes import (
    ChangeOutcome,
    CharactersExpired,
    Incomplete,
    LinkOwner,
    LinkSent,
    NewPasswordForm,
    OtherLink,
    PasswordChanged,
    RequestOutcome,
    ResetForm,
    TooManyRequests,
    WrongCharacters,
)
from cers_app.visitor import Visitor


class Verdict(Protocol):
    """What came of the verification characters."""

    @property
    def value(self) -> str:
        """`right`, `wrong` or `expired`."""


class Tables(Protocol):
    """What resetting needs of the tables; each method is one unit of work."""

    def ask(self, key: str, visitor: Visitor) -> None:
        """Queue a mail for the account a key names, or for nobody, unless one was just sent."""

    def refused(self, why: str, visitor: Visitor) -> None:
        """Record a request that was refused before any look-up."""

    def owner(self, digest: str) -> LinkOwner | None:
        """The link with this digest."""

    def opened(self, digest: str, visitor: Visitor) -> None:
        """Record that a link was opened."""

    def consume(self, digest: str, new_hash: str, visitor: Visitor) -> bool:
        """Use the link up: all of it or nothing, and only once. Whether this use won."""

    def not_consumed(self, digest: str, why: str, visitor: Visitor) -> None:
        """Record that a link was refused."""


class Traffic(Protocol):
    """A limit for an IP address."""

    def take(self, ip: str) -> datetime | None:
        """Count a request; when to try again if there were too many."""


class PasswordReset:
    """Asking for a link, opening it, using it."""

    def __init__(  # noqa: PLR0913 - the outside world is passed in
        self,
        *,
        tables: Tables,
        traffic: Traffic,
        verify: Callable[[ResetForm, Visitor], Verdict],
        hash_password: Callable[[str], str],
        shortest: int,
        clock: Callable[[], datetime],
    ) -> None:
        """`verify` checks and burns the verification characters; `shortest` is the shortest password."""
        self._tables, self._traffic, self._verify = tables, traffic, verify
        self._hash_password, self._shortest, self._clock = hash_password, shortest, clock

    def request(self, form: ResetForm, visitor: Visitor) -> RequestOutcome:
        """Check form, IP address and characters, in this order, before any account is looked up."""
        identifier = normalise(form.identifier)
        missing = not form.identifier.strip()
        if missing or not form.characters or not isinstance(identifier, Identifier):
            odd = not missing and not isinstance(identifier, Identifier)
            return Incomplete(identifier=missing, characters=not form.characters, not_an_identifier=odd)
        retry_at = self._traffic.take(visitor.ip)
        if retry_at is not None:
            self._tables.refused("too many requests", visitor)
            return TooManyRequests(retry_at)
        verdict = self._verify(form, visitor).value
        if verdict != "right":
            self._tables.refused("verification failed", visitor)
            return CharactersExpired() if verdict == "expired" else WrongCharacters()
        self._tables.ask(identifier.key, visitor)
        return LinkSent(mask(identifier.key) if identifier.is_email else "")

    def open(self, token: str, visitor: Visitor) -> None:
        """Write down that a link was opened. Nothing is consumed: mail scanners open links too."""
        if links.is_token(token):
            self._tables.opened(links.digest(token), visitor)

    def look(self, digest: str) -> LinkState:
        """The state of the link that was opened in this browser."""
        owner = self._tables.owner(digest) if links.is_digest(digest) else None
        return links.state_of(owner.facts if owner else None, self._clock())

    def change(self, form: NewPasswordForm, digest: str, visitor: Visitor) -> ChangeOutcome:
        """Set a new password with the link opened in this browser. Exactly one of many uses at once wins."""
        owner = self._tables.owner(digest) if links.is_digest(digest) else None
        if owner is None:
            return NoLink()
        state = links.state_of(owner.facts, self._clock())
        if not isinstance(state, LinkLive):
            self._tables.not_consumed(digest, type(state).__name__, visitor)
            return state
        if form.link != state.public_id:
            self._tables.not_consumed(digest, OtherLink.__name__, visitor)
            return OtherLink()
        checked = password_policy.check(form.password, shortest=self._shortest, names=owner.names)
        match checked:
            case Weak():
                return checked
            case Strong(password):
                won = self._tables.consume(digest, self._hash_password(password), visitor)
                return PasswordChanged() if won else self.look(digest)
            case _:
                assert_never(checked)
