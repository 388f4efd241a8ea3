"""The rules of asking for a mail. They are the same for the username and for the link."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, TypeGuard, assert_never

from cers_app.mail_request.outcomes import (
    AgainOutcome,
    Asked,
    CharactersExpired,
    CheckNeeded,
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
from cers_app.values.limits import Office, TooManyRequests
from cers_app.values.masking import mask
from cers_app.values.visitor import Visitor
from cers_app.verification.answers import Answer, Purpose, Verdict

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
    check: str = ""
    """What the browser computed because its network asks for much."""

    @classmethod
    def parse(cls, form: object) -> "RequestForm":
        """Read the fields from any form, however broken. The username page calls the first field `email`."""
        identifier = forms.text(form, "identifier") or forms.text(form, "email")
        challenge = forms.text(form, "challenge")
        # Our ids are ASCII. A lone surrogate would make the query fail.
        characters, proof = trimmed(forms.text(form, "characters")), forms.text(form, "altcha")
        challenge = challenge if challenge.isascii() else NO_CHALLENGE
        return cls(identifier, challenge, characters, proof, forms.text(form, "check"))

    @property
    def is_unanswered(self) -> bool:
        """Whether the form has neither characters nor a proof."""
        return not self.characters and not self.proof


class Tables(Protocol):
    """What asking needs from the tables. Each method is one unit of work, or part of an open `unit`."""

    def unit(self) -> AbstractContextManager[object]:
        """Group the reads and writes inside. The database keeps all of them, or none."""

    def ask(self, name_key: str, visitor: Visitor) -> str:
        """Queue a mail for a normalized name, with or without an account, unless one was just sent.

        Returns the request's reference.
        """

    def refused(self, why: Event, visitor: Visitor) -> None:
        """Record a refusal that came before the account was looked up."""

    def address_of(self, name_key: str) -> str | None:
        """The email address of a normalized name's account. Only classic disclosure asks for it."""


class Verification(Protocol):
    """The verification characters of a page, for one browser at a time."""

    def check(self, challenge_id: str, answer: Answer, purpose: Purpose, browser: str) -> Verdict:
        """Check an answer and burn the challenge."""

    def is_checked(self, challenge_id: str, check: str, effort: int, purpose: Purpose, browser: str) -> bool:
        """Whether the browser did a check of this effort for a challenge. This burns nothing."""

    def discard(self, purpose: Purpose, browser: str) -> None:
        """Burn the challenges of pages that do not know their id."""


@dataclass(frozen=True, slots=True)
class AskingRule:
    """A visitor may ask again after `again_after`, until `again_within` after the first request."""

    again_after: timedelta
    again_within: timedelta
    is_classic: bool = False
    """Whether the page says if a username exists, and where its mail goes (`CERS_DISCLOSURE`)."""


class MailRequest:
    """Asks for a mail, and asks for the same mail again."""

    purpose: ClassVar[Purpose]
    """The page that asks."""
    emails_only: ClassVar[bool] = False
    """Whether only an email address will do."""

    def __init__(
        self,
        *,
        tables: Tables,
        office: Office,
        verification: Verification,
        rule: AskingRule,
        clock: Callable[[], datetime],
    ) -> None:
        """`office` counts for the visitor's network."""
        self._tables, self._office, self._verification = tables, office, verification
        self._rule, self._clock = rule, clock

    def request(self, form: RequestForm, visitor: Visitor) -> RequestOutcome:
        """Check the form, the network and the characters, in this order, before looking up an account."""
        identifier = normalize(form.identifier)
        missing = not trimmed(form.identifier)
        if form.is_unanswered or not self._may_be_somebodys(identifier):
            odd = not missing and not self._may_be_somebodys(identifier)
            return Incomplete(identifier=missing, characters=form.is_unanswered, not_an_identifier=odd)
        effort = self._effort(visitor)
        if isinstance(effort, TooManyRequests):
            return effort
        page = self.purpose, visitor.browser
        if effort and not self._verification.is_checked(form.challenge, form.check, effort, *page):
            return CheckNeeded(effort)
        # One unit: if the mail cannot be queued, the same characters work for another try.
        with self._tables.unit():
            verdict = self._verification.check(form.challenge, Answer(form.characters, form.proof), *page)
            match verdict:
                case Verdict.RIGHT:
                    if effort and not form.challenge:
                        self._verification.discard(*page)  # or the same check would count again
                    asked = self._ask(_receipt(identifier, self._clock()), visitor)
                    self._office.accept(visitor.network)
                    return asked
                case Verdict.WRONG | Verdict.MISSING:
                    if verdict is Verdict.WRONG:
                        self._office.fail(visitor.network)
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
        # The check was for the request that this one repeats, which counts once.
        effort = self._effort(visitor)
        if isinstance(effort, TooManyRequests):
            return effort
        with self._tables.unit():
            asked = self._ask(receipt, visitor)
        return asked if isinstance(asked, Asked) else Forgotten()

    def recall(self, typed: str, take: Callable[[str], tuple[datetime, str] | None]) -> Asked | None:
        """The native request for the name typed in this tab. `take` returns its time and its reference."""
        identifier = normalize(typed)
        if not self._may_be_somebodys(identifier):
            return None
        found = take(identifier.key)
        if found is None:
            return None
        at, reference = found
        asked = self._answer(_receipt(identifier, at), reference)
        return asked if isinstance(asked, Asked) else None

    def _may_be_somebodys(self, identifier: object) -> TypeGuard[Identifier]:
        return isinstance(identifier, Identifier) and (not self.emails_only or "@" in identifier.key)

    def _effort(self, visitor: Visitor) -> int | TooManyRequests:
        effort = self._office.effort(visitor.network)
        if isinstance(effort, TooManyRequests) and self._office.is_news(visitor.network):
            self._tables.refused(Event.THROTTLED, visitor)
        return effort

    def _ask(self, receipt: Receipt, visitor: Visitor) -> Asked | UnknownUsername:
        reference = self._tables.ask(receipt.name_key, visitor)
        # Not before: a visitor who asks again at the promised moment must not be a moment too early.
        return self._answer(replace(receipt, last_at=self._clock()), reference)

    def _answer(self, receipt: Receipt, reference: str) -> Asked | UnknownUsername:
        shown = mask(receipt.name_key) if "@" in receipt.name_key and receipt.is_own else ""
        if self._rule.is_classic and not shown:
            address = self._tables.address_of(receipt.name_key)
            if address is None:
                return UnknownUsername()
            shown = mask(address)
        return Asked(shown, receipt, receipt.last_at + self._rule.again_after, reference)


def _receipt(identifier: Identifier, at: datetime) -> Receipt:
    return Receipt(identifier.key, at, at, typed="" if "@" in identifier.key else identifier.text)
