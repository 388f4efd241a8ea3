"""Finds the path of one request: its audit rows, its mails, their links, and its lines in the log. Times are in UTC."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.logs.lines import Line
from cers_app.mail.outbox import OutgoingMail
from cers_app.storage.audit import AuditEvent
from cers_app.support import steps, store
from cers_app.support.case import Standing
from cers_app.support.steps import Step
from cers_app.support.store import Whose
from cers_app.values.events import Event
from cers_app.values.invisible import trimmed
from cers_app.values.masking import mask
from cers_app.values.reference import LENGTH, read_reference, spelled

REQUEST_ID = re.compile("[0-9a-f]{16}")
LONGEST_NAME = 40
NEITHER = "That is neither a reference, such as K7QD-M4XW, nor the id of a request, which has 16 hexadecimal digits."
NOTHING = "No row and no line of the log belongs to such a request. The portal deletes old ones."


def read_name(typed: str) -> str:
    """The reference or the id of a request in a text, as the rows have it. Empty if the text is neither."""
    if len(typed) > LONGEST_NAME:
        return ""
    plain = trimmed(typed).lower()
    return plain if REQUEST_ID.fullmatch(plain) else read_reference(plain)


def written(name: str) -> str:
    """A reference as people write it. The id of a request stays as it is."""
    return spelled(name) if len(name) == LENGTH else name


@dataclass(frozen=True, slots=True)
class Timed:
    """A step, and the time since the step before. `None` for the first."""

    step: Step
    since: timedelta | None

    @property
    def at(self) -> str:
        """`2026-11-24 08:50:49.826`, cut to milliseconds."""
        return f"{self.step.at:%Y-%m-%d %H:%M:%S}.{self.step.at.microsecond // 1000:03}"

    @property
    def after(self) -> str:
        """`+0.412 s`. Empty for the first step."""
        return "" if self.since is None else f"+{self.since.total_seconds():,.3f} s"


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of one request."""

    names: tuple[str, ...]
    """Its references, then its ids."""
    whose: Whose | None
    """`None` if no row knows the request."""
    account: str
    """The masked address of the account and its state. Empty if there is no account."""
    mails: Sequence[OutgoingMail]
    steps: Sequence[Step]

    @property
    def ids(self) -> frozenset[str]:
        """What the lines of the log call the request and its mails."""
        return frozenset([*self.names, *(mail.id for mail in self.mails)])

    def with_lines(self, lines: Iterable[Line]) -> "Trace":
        """The same with lines of the log."""
        return replace(self, steps=[*self.steps, *map(steps.of_line, lines)])

    def facts(self) -> Iterator[tuple[str, str]]:
        """What stays the same, by its name."""
        yield "Request", ", ".join(map(written, self.names))
        yield "Account", self.account or "none"
        for mail in self.mails:
            yield "Email", steps.became_of(mail)

    def timed(self) -> Iterator[Timed]:
        """The steps in order of time."""
        before: datetime | None = None
        for step in sorted(self.steps, key=lambda each: each.at):
            yield Timed(step, step.at - before if before else None)
            before = step.at


def find(session: Session, name: str) -> Trace:
    """The path of the request with this reference or id, as far as the database has it."""
    names, rows = {name}, list[AuditEvent]()
    for _ in range(2):  # a reference finds an id, and the id finds the other rows
        mine = col(AuditEvent.request_id).in_(names), col(AuditEvent.reference).in_(names)
        rows = list(session.exec(select(AuditEvent).where(or_(*mine)).order_by(col(AuditEvent.id))))
        names |= {each for row in rows for each in (row.request_id, row.reference) if each}
    its = or_(col(OutgoingMail.request_id).in_(names), col(OutgoingMail.reference).in_(names))
    mails = session.exec(select(OutgoingMail).where(its).order_by(col(OutgoingMail.created_at))).all()
    whose = _whose([*rows, *mails])
    account = session.get(Account, whose.account_id) if whose and whose.account_id is not None else None
    return Trace(
        names=tuple(sorted(names, key=lambda each: (len(each), each))),
        whose=whose,
        account=f"{mask(account.email)}, {Standing[AccountState(account.state).name]}" if account else "",
        mails=mails,
        steps=list(_steps(session, rows, mails)),
    )


def _whose(rows: Sequence[AuditEvent | OutgoingMail]) -> Whose | None:
    """The account of a request, or else the name without an account."""
    known = [Whose(row.account_id, (row.identifier,)) for row in rows]
    return next((each for each in known if each.account_id is not None), known[0] if known else None)


def _steps(session: Session, rows: Sequence[AuditEvent], mails: Sequence[OutgoingMail]) -> Iterator[Step]:
    for row in rows:
        answered_by = store.mail_before(session, row)
        yield steps.of_row(row, answered_by.reference if answered_by else "")
    for mail in mails:
        yield from steps.of_mail(mail)
    links = select(ResetLink).where(col(ResetLink.mail_id).in_([mail.id for mail in mails]))
    for link in session.exec(links):
        yield from steps.of_link(link, _used_by(session, link))


def _used_by(session: Session, link: ResetLink) -> str:
    """The request that used the link."""
    use = select(AuditEvent.request_id).where(
        AuditEvent.event == Event.LINK_USED,
        AuditEvent.account_id == link.account_id,
        AuditEvent.last_at == link.used_at,
    )
    return session.exec(use).first() or ""
