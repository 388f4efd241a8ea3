"""What happened, in words: the steps of a request as its rows and its lines in the log tell them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cers_app.accounts.models import ResetLink
from cers_app.logs.lines import Line
from cers_app.logs.redaction import without_secrets
from cers_app.mail.letters import NOBODY
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.storage.audit import AuditEvent
from cers_app.values.cancellation import WhyCancelled
from cers_app.words.activity import HAPPENED
from cers_app.words.reset_password import CANCELLED


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a request, or that is still to come."""

    at: datetime
    source: str
    """Where the portal keeps it: `audit`, `mail`, `link` or `log`."""
    words: str
    other: str = ""
    """The reference or the id of another request that this step leads to."""


def happened(row: AuditEvent, *, whence: bool = True) -> str:
    """An audit row in words: the event, its details, how often it happened, who did it, and `whence`: the IP."""
    words = HAPPENED.get(row.event)
    what = words.for_staff if words else row.event
    what = f"{what} ({row.detail})" if row.detail else what
    what = f"{what}, {row.count} times" if row.count > 1 else what
    from_where = f" from {row.ip}" if row.ip and whence else ""
    return f"{what}, by {row.actor}{from_where}" if row.actor != "visitor" or from_where else what


def of_row(row: AuditEvent, other: str = "") -> Step:
    """The step of an audit row. `other` is the request whose mail answers this one."""
    # An operator may have written anything as the reason for an act.
    return Step(row.at, "audit", without_secrets(happened(row, whence=False)), other)


def of_mail(mail: OutgoingMail) -> Iterator[Step]:
    """The steps of a mail. Only the audit and the log know when a try failed."""
    yield Step(mail.created_at, "mail", f"Email queued ({mail.kind}, id {mail.id})")
    if mail.trying_since:
        yield Step(mail.trying_since, "mail", "The worker began to try")
    if mail.sent_at:
        done = "Nobody to send the email to" if mail.template == NOBODY else "The mail server took the email"
        yield Step(mail.sent_at, "mail", done)
    elif mail.state == MailState.WAITING and mail.leased_until:
        yield Step(mail.leased_until, "mail", "A worker has the email, at most until now")
    elif mail.state == MailState.WAITING:
        yield Step(mail.due_at, "mail", "The next try is due")


def became_of(mail: OutgoingMail) -> str:
    """The state of a mail in a few words, with the reason if the latest try failed."""
    tries = f"{mail.attempts} {'try' if mail.attempts == 1 else 'tries'}"
    return f"{mail.kind}, {mail.state} after {tries}{f': {mail.why}' if mail.why else ''}"


def of_link(link: ResetLink, used_by: str) -> Iterator[Step]:
    """The steps of a link. `used_by` is the request that used it."""
    yield Step(link.created_at, "link", f"Link made, works until {link.expires_at:%H:%M:%S}")
    if link.opened_at:
        yield Step(link.opened_at, "link", "Link opened, the last time")
    if link.used_at:
        yield Step(link.used_at, "link", "Link used", used_by)
    if link.cancelled_at and link.cancelled_why:
        why = CANCELLED[WhyCancelled(link.cancelled_why)]
        yield Step(link.cancelled_at, "link", f"Link canceled because {why}")
    if link.renewed_at:
        yield Step(link.renewed_at, "link", "The page of the dead link sent a fresh one")


def of_line(line: Line) -> Step:
    """The step of a line in the log."""
    return Step(line.at, "log", line.words)
