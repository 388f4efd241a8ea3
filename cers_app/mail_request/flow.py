"""The rules of asking for a mail. They are the same for the username and for the link."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeGuard, assert_never

from cers_app.mail_request.outcomes import (
    AgainOutcome,
    Asked,
    CharactersExpired,
    Forgotten,
    Incomplete,
    Receipt,
    RequestOutcome,
    TooEarly,
    UnknownUsername,
    WrongCharacters,
)
from cers_app.values import forms
from cers_app.values.events import Event
from cers_app.values.identifiers import Identifier, normalize
from cers_app.values.invisible import trimmed
from cers_app.values.limits import TooManyRequests, Traffic
from cers_app.values.masking import mask
from cers_app.values.visitor import Visitor
from cers_app.verification.answers import Answer, Verdict

NO_CHALLENGE = "?"
"""No challenge has this id."""


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What a browser sends to ask for a mail."""

    identifier: str
    challenge: str
    """Empty from a page without scripts, which does not know its challenge's id."""
    characters: str
    proof: str = ""
    """What the browser computed instead of characters."""

    @classmethod
    def parse(cls, form: object) -> "RequestForm":
        """Read the fields from any form, however broken. The username page calls the first field `email`."""
        identifier = forms.text(form, "identifier") or forms.text(form, "email")
        challenge = forms.text(form, "challenge")
        # Our ids are ASCII. A lone surrogate would make the query fail.
        characters, proof = trimmed(forms.text(form, "characters")), forms.text(form, "altcha")
        return cls(identifier, challenge if challenge.isascii() else NO_CHALLENGE, characters, proof)

    @property
    def is_unanswered(self) -> bool:
        """Whether the form has neither characters nor a proof."""
        return not self.characters and not self.proof


class Tables(Protocol):
    """What asking needs from the tables. Each method is one unit of work, or part of an open `unit`."""

    def unit(self) -> AbstractContextManager[object]:
        """Group the reads and writes inside. The database keeps all of them, or none."""

    def ask(self, name_key: str, visitor: Visitor) -> None:
        """Queue a mail for a normalized name, with or without an account, unless one was just sent."""

    def refused(self, why: Event, visitor: Visitor) -> None:
        """Record a refusal that came before the account was looked up."""

    def address_of(self, name_key: str) -> str | None:
        """The email address of a normalized name's account. Only classic disclosure asks for it."""


@dataclass(frozen=True, slots=True)
class AskingRule:
    """A visitor may ask again after `again_after`, until `again_within` after the first request."""

    again_after: timedelta
    again_within: timedelta
    is_classic: bool = False
    """Whether the page says if a username exists, and where its mail goes (`CERS_DISCLOSURE`)."""


class MailRequest:
    """Asks for a mail, and asks for the same mail again."""

    emails_only = False
    """Whether only an email address will do."""

    def __init__(
        self,
        *,
        tables: Tables,
        traffic: Traffic,
        verify: Callable[[str, Answer, str], Verdict],
        rule: AskingRule,
        clock: Callable[[], datetime],
    ) -> None:
        """`verify` takes a challenge's id, an answer and a browser. It checks the answer and burns the challenge."""
        self._tables, self._traffic, self._verify = tables, traffic, verify
        self._rule, self._clock = rule, clock

    def request(self, form: RequestForm, visitor: Visitor) -> RequestOutcome:
        """Check the form, the IP address and the characters, in this order, before looking up an account."""
        identifier = normalize(form.identifier)
        missing = not trimmed(form.identifier)
        if form.is_unanswered or not self._may_be_somebodys(identifier):
            odd = not missing and not self._may_be_somebodys(identifier)
            return Incomplete(identifier=missing, characters=form.is_unanswered, not_an_identifier=odd)
        limited = self._take(visitor)
        if limited:
            return limited
        # One unit: if the mail cannot be queued, the same characters work for another try.
        with self._tables.unit():
            verdict = self._verify(form.challenge, Answer(form.characters, form.proof), visitor.browser)
            match verdict:
                case Verdict.RIGHT:
                    return self._ask(identifier.key, visitor, first_at=self._clock())
                case Verdict.WRONG:
                    refused: WrongCharacters | CharactersExpired = WrongCharacters()
                case Verdict.EXPIRED:
                    refused = CharactersExpired()
                case _:
                    assert_never(verdict)
            self._tables.refused(Event.VERIFICATION_FAILED, visitor)
        return refused

    def again(self, receipt: Receipt | None, visitor: Visitor) -> AgainOutcome:
        """Ask again for this tab's mail, without new characters."""
        now, rule = self._clock(), self._rule
        if receipt is None or now - receipt.first_at > rule.again_within:
            return Forgotten()
        if now < receipt.last_at + rule.again_after:
            return TooEarly(receipt.last_at + rule.again_after)
        limited = self._take(visitor)
        if limited:
            return limited
        with self._tables.unit():
            asked = self._ask(receipt.name_key, visitor, first_at=receipt.first_at)
        return asked if isinstance(asked, Asked) else Forgotten()

    def recall(self, typed: str, asked_at: Callable[[str], datetime | None]) -> Asked | None:
        """The native request for the name typed in this tab. `asked_at` takes the request and returns its time."""
        identifier = normalize(typed)
        if not self._may_be_somebodys(identifier):
            return None
        at = asked_at(identifier.key)
        asked = self._answer(Receipt(identifier.key, at, at)) if at else None
        return asked if isinstance(asked, Asked) else None

    def _may_be_somebodys(self, identifier: object) -> TypeGuard[Identifier]:
        return isinstance(identifier, Identifier) and (not self.emails_only or "@" in identifier.key)

    def _take(self, visitor: Visitor) -> TooManyRequests | None:
        retry_at = self._traffic.take(visitor.network)
        if retry_at is None:
            return None
        self._tables.refused(Event.THROTTLED, visitor)
        return TooManyRequests(retry_at)

    def _ask(self, name_key: str, visitor: Visitor, first_at: datetime) -> Asked | UnknownUsername:
        self._tables.ask(name_key, visitor)
        return self._answer(Receipt(name_key, first_at, self._clock()))

    def _answer(self, receipt: Receipt) -> Asked | UnknownUsername:
        shown = mask(receipt.name_key) if "@" in receipt.name_key else ""
        if self._rule.is_classic and not shown:
            address = self._tables.address_of(receipt.name_key)
            if address is None:
                return UnknownUsername()
            shown = mask(address)
        return Asked(shown, receipt, receipt.last_at + self._rule.again_after)
