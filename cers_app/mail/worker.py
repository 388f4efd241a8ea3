"""The mail worker, which takes mails from the queue, sends them and records the outcome."""

import logging
import math
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlmodel import Session

from cers_app.mail import outbox
from cers_app.mail.letters import NOBODY, Letters, Message, Sender, compose
from cers_app.mail.mailer import Delivery, Mailer, MailNotSent
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.storage import audit
from cers_app.storage.database import Database, when_kept
from cers_app.values import metrics
from cers_app.values.events import Event
from cers_app.values.world import World

BATCH = 20
INVITATIONS = 5
"""Invitations that leave together. A person who asks for a mail meanwhile waits for no more."""
LONGEST_PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a worker sends, and when it counts as dead."""

    ceiling_per_minute: int
    gap_seconds: float = 0
    """The pause between two mails. A burst of mails would keep the pages waiting."""
    lease: timedelta = outbox.LEASE


@dataclass(frozen=True, slots=True)
class Tried:
    """A mail that was tried, and what came of it."""

    mail: OutgoingMail
    at: datetime
    answer: str | MailNotSent
    """What the mail server said; empty if the row has no recipient."""


@dataclass(eq=False)
class Worker:
    """Processes the queue on its own clock. No request wakes the worker, so its pace reveals nothing.

    Several may run side by side, in any number of processes. A unit of work leases a mail, and stores everything that
    must be known before the mail leaves. The next mail's unit, or one of its own at the end of a batch, records what
    came of the mail before. A worker that dies in between leaves a lease that runs out, and the next try has the same
    Message-ID.
    """

    world: World
    database: Database
    mailer: Mailer
    sender: Sender
    letters: Letters
    pace: Pace
    seen_at: float = field(default=-math.inf, init=False)
    """When the worker last looked at the queue, in seconds of the monotonic clock, for `/readyz`."""
    fault: str = field(default="", init=False)
    """The error that ended the last look at the queue; empty if all went well."""
    trouble: str = field(default="", init=False)
    """What keeps every mail back until the operator does something; empty if nothing does."""
    _is_stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _send_seconds: float = field(default=0.0, init=False)
    """How long the last mail took to send. A row without a recipient takes just as long."""

    def work(self) -> int:
        """Process the mails that are due, up to `BATCH`. Returns how many were due."""
        now = self.world.now()
        # The look takes the write lock, so a worker that cannot write learns it without any mail.
        with self.database.writing(soon=True) as session:
            room = self.pace.ceiling_per_minute - outbox.sent_since(session, now - timedelta(minutes=1))
            # Half of the ceiling stays free for people who ask for a mail.
            spare = room - self.pace.ceiling_per_minute // 2
            due = outbox.due(session, now, max(0, min(BATCH, room)), max(0, min(INVITATIONS, spare)))
        with ExitStack() as stack:
            delivery: Delivery | MailNotSent | None = None
            last: Tried | None = None
            for mail in due:
                if self._is_stopping.is_set():
                    break
                if delivery is None and _may_be_sent(mail):
                    delivery = self._connect(stack)
                last = self._process(mail.id, delivery, last)
            if last:
                with self.database.writing(soon=True) as session:
                    self._record(session, last)
        self.seen_at = time.monotonic()
        return len(due)

    def stop(self) -> None:
        """Stop after the mail at hand, and leave the rest of the batch to the next worker."""
        self._is_stopping.set()

    def start(self) -> None:
        """Work, also after a stop. A worker that has just started is not silent, although it has not looked yet."""
        self.seen_at = time.monotonic()
        self._is_stopping.clear()

    def _connect(self, stack: ExitStack) -> Delivery | MailNotSent:
        try:
            return stack.enter_context(self.mailer.connect())
        except MailNotSent as broken:
            return broken

    def _process(self, mail_id: str, delivery: Delivery | MailNotSent | None, last: Tried | None) -> Tried | None:
        """Record what came of the last mail, and try the next one. `None` if another worker has that one."""
        self.seen_at = time.monotonic()
        with self.database.writing(soon=True) as session:
            if last:
                self._record(session, last)
            mail = outbox.claim(session, mail_id, self.world.now(), self.pace.lease)
            message = self._write(session, mail, delivery) if mail else None
        if mail is None or message is None:
            return None
        if self.pace.gap_seconds:
            self.world.pause(self.pace.gap_seconds)
        try:
            answer: str | MailNotSent = self._send(message, delivery)
        except MailNotSent as broken:
            answer = broken
        return Tried(mail, self.world.now(), answer)

    def _write(
        self, session: Session, mail: OutgoingMail, delivery: Delivery | MailNotSent | None
    ) -> Message | MailNotSent:
        if isinstance(delivery, MailNotSent) and _may_be_sent(mail):
            return delivery
        try:
            # A savepoint, because this unit also records the mail before, which has left.
            with session.begin_nested():
                message = self.letters.write(session, mail)
        except Exception as broken:  # noqa: BLE001 - any error here concerns only this mail
            return _unwritable(broken)
        mail.template = message.template
        return message

    def _send(self, message: Message | MailNotSent, delivery: Delivery | MailNotSent | None) -> str:
        """Send the mail, or wait as long: people who get the mails before and after could measure the difference.

        Returns what the mail server said.
        """
        if isinstance(message, MailNotSent):
            raise message
        try:
            composed = compose(message, self.sender, self.world.now())
        except Exception as broken:  # noqa: BLE001 - any error here concerns only this mail
            raise _unwritable(broken) from None
        if message.template == NOBODY:
            self.world.pause(min(self._send_seconds, LONGEST_PAUSE_SECONDS))
            return ""
        began = time.monotonic()
        answer = cast("Delivery", delivery).send(composed)
        self._send_seconds = time.monotonic() - began
        if self.trouble:
            log.info("mails leave again")
            self.trouble = ""
        return answer

    def _record(self, session: Session, tried: Tried) -> None:
        mail, answer = tried.mail, tried.answer
        if isinstance(answer, MailNotSent):
            self._record_failure(session, tried, answer)
            return
        outbox.mark_sent(session, mail.id, tried.at)
        # The letter that went out, which is not always the letter that was requested.
        self._write_down(session, Event.MAIL_SENT, tried, f"{mail.template}: {answer}" if answer else mail.template)
        if _may_be_sent(mail) and mail.kind != MailKind.INVITATION:
            seconds = (tried.at - mail.created_at).total_seconds()
            when_kept(session, lambda: metrics.MAIL.observe(seconds))

    def _record_failure(self, session: Session, tried: Tried, broken: MailNotSent) -> None:
        mail = tried.mail
        more = {"request_id": mail.request_id}
        log.warning("mail %s (%s) was not sent: %s", mail.id, mail.kind, broken.why, extra=more)
        given_up = outbox.mark_not_sent(
            session, mail, tried.at, broken.why, is_final=broken.is_final, chance=self.world.chance()
        )
        if given_up:
            self._write_down(session, Event.MAIL_FAILED, tried, f"{mail.kind}: {broken.why}")
        # A mail that waited for the whole hour was not at fault. Its next try for the same reason is no news.
        is_alarming = broken.is_alarming or (given_up and not broken.is_final)
        if is_alarming and not self.trouble and (given_up or broken.why != mail.why):
            log.error("mails cannot leave: %s. They wait for up to an hour. Run: python -m cers_app doctor", broken.why)
        if is_alarming:
            self.trouble = broken.why

    @staticmethod
    def _write_down(session: Session, event: Event, tried: Tried, detail: str) -> None:
        mail = tried.mail
        audit.record(
            session,
            event,
            at=tried.at,
            account_id=mail.account_id,
            identifier=mail.identifier,
            detail=detail[:200],
            actor="worker",
            request_id=mail.request_id,
            reference=mail.reference,
        )


def _may_be_sent(mail: OutgoingMail) -> bool:
    """Whether the row may need a mail server. A row with neither account nor address never does."""
    return mail.account_id is not None or mail.address != ""


def _unwritable(broken: Exception) -> MailNotSent:
    """One mail that cannot be written must not stop the others. The error's text stays out of the log."""
    return MailNotSent(f"could not be written: {type(broken).__name__}", is_final=False)
