"""What asking for a mail reads and writes. Each method is one unit of work, or part of a larger one."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Integer, Session, col, or_, select

from cers_app.accounts import store as accounts
from cers_app.accounts.models import ResetLink
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, MailState, Origin, OutgoingMail
from cers_app.storage import audit
from cers_app.storage.database import Database
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.mailboxes import domain_of, mailbox_of
from cers_app.values.visitor import Visitor
from cers_app.values.world import World

EVENTS = {MailKind.USERNAME_REMINDER: Event.REMINDER_ASKED, MailKind.RESET_LINK: Event.LINK_ASKED}


@dataclass(frozen=True, slots=True)
class MailRule:
    """At most one mail per `gap`, and `most` mails per link's `life`. See `is_merged`."""

    gap: timedelta
    most: int
    life: timedelta


class RequestStore:
    """Asks for one kind of mail."""

    def __init__(  # noqa: PLR0913, PLR0917 - one argument per part
        self,
        world: World,
        database: Database,
        hashed: IdentifierHash,
        kind: MailKind,
        rule: MailRule | None,
        longest_delay: timedelta = timedelta(),
    ) -> None:
        """Without a `rule`, every request sends a mail (load tests). A mail is due after a random delay."""
        self._world, self._database, self._hashed = world, database, hashed
        self._kind, self._rule, self._longest_delay = kind, rule, longest_delay

    def unit(self) -> AbstractContextManager[object]:
        """Group the reads and writes inside. The database keeps all of them, or none."""
        return self._database.writing()

    def ask(self, name_key: str, visitor: Visitor) -> str:
        """Queue a mail for a normalized name. The statements are the same if the name has no account.

        Returns the request's reference.
        """
        with self._database.writing() as session:
            reference, _ = self.ask_in(session, name_key, accounts.id_of(session, name_key), visitor)
        return reference

    def ask_in(self, session: Session, name_key: str, account_id: int | None, visitor: Visitor) -> tuple[str, bool]:
        """Do the same in the unit of `session`, after the account was looked up.

        Returns the request's reference, and whether a mail was queued.
        """
        now, identifier, origin = self._world.now(), self._hashed(name_key), Origin.of(visitor, self._world)
        merged = self._rule is not None and is_merged(session, identifier, self._kind, self._rule, now)
        audit.record(
            session,
            EVENTS[self._kind],
            at=now,
            visitor=visitor,
            account_id=account_id,
            identifier=identifier,
            detail="merged" if merged else "queued",
            reference=origin.reference,
        )
        if merged:
            return origin.reference, False
        outbox.enqueue(
            session,
            self._world,
            self._kind,
            account_id,
            origin,
            identifier=identifier,
            address="" if account_id is not None or "@" not in name_key else name_key,
            # With an account as without one. Counts of strangers alone would show a stranger who is none.
            mailbox=self._hashed(f"mailbox\0{mailbox_of(name_key)}") if "@" in name_key else "",
            domain=self._hashed(f"domain\0{domain_of(name_key)}") if "@" in name_key else "",
            # Without a random delay, the gap between two mails would reveal whether a third went out between them.
            delay=self._longest_delay * self._world.chance(),
        )
        return origin.reference, True

    def refused(self, why: Event, visitor: Visitor) -> None:
        """Record a refusal that came before the account was looked up."""
        with self._database.writing() as session:
            audit.record(session, why, at=self._world.now(), visitor=visitor, detail=self._kind)

    def address_of(self, name_key: str) -> str | None:
        """The email address of a normalized name's account, read on the open unit's connection."""
        with self._database.writing() as session:
            account = accounts.find(session, name_key)
        return account.email if account else None


_HAS_FAILED = col(OutgoingMail.state) == MailState.FAILED
_ASKED = (
    select(OutgoingMail.created_at, OutgoingMail.sent_at, OutgoingMail.id)
    .distinct()
    .outerjoin(ResetLink, col(ResetLink.mail_id) == col(OutgoingMail.id))
    .where(
        OutgoingMail.identifier == bindparam("its_identifier"),
        OutgoingMail.kind == bindparam("its_kind"),
        col(OutgoingMail.created_at) > bindparam("life_ago"),
        or_(
            ~_HAS_FAILED
            & or_(
                col(ResetLink.digest).is_(None),
                col(ResetLink.used_at).is_(None) & col(ResetLink.cancelled_at).is_(None),
            ),
            # A mail that came back keeps others from following it within the gap.
            _HAS_FAILED
            & col(OutgoingMail.sent_at).is_not(None)
            & (col(OutgoingMail.created_at) > bindparam("gap_ago")),
        ),
    )
    .order_by(col(OutgoingMail.created_at).desc())
    .limit(bindparam("most", type_=Integer))
)
"""The mails that count for `is_merged`, newest first. The statement is built once, because every request runs it."""


def is_merged(session: Session, identifier: str, kind: MailKind, rule: MailRule, now: datetime) -> bool:
    """Whether a request sends nothing. Either a mail was just queued, or `most` were and the newest is still fresh.

    A fresh mail has a third of its link's life left. Names without an account have rows and merge as well.
    """
    asked = {"its_identifier": identifier, "its_kind": str(kind), "most": rule.most + 1}
    since = {"life_ago": now - rule.life, "gap_ago": now - rule.gap}
    rows = session.exec(_ASKED, params=asked | since).all()
    if not rows:
        return False
    asked_at, sent_at, _ = rows[0]
    is_too_soon = now - asked_at < rule.gap
    is_fresh = now - (sent_at or asked_at) < rule.life * 2 / 3
    return is_too_soon or (len(rows) >= rule.most and is_fresh)
