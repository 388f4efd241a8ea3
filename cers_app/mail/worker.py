"""The mail worker, which takes mails from the queue, renders them, sends them and records the outcome."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

from sqlmodel import Session

from cers_app.mail import outbox
from cers_app.mail.mailer import Delivery, Mailer, MailNotSent, Message, Sender, compose
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.storage import audit
from cers_app.storage.audit import Event
from cers_app.storage.database import Database
from cers_app.storage.kill_points import kill_point
from cers_app.values import metrics

BATCH = 20
LONGEST_PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)


class Writer(Protocol):
    """Writes the messages of one kind of mail."""

    def __call__(self, mail: OutgoingMail) -> Message:
        """Write the message. A row without an account gets the same work for a made-up account."""


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """The parts that the worker gets from outside."""

    database: Database
    mailer: Mailer
    sender: Sender
    writers: Mapping[MailKind, Writer]
    clock: Callable[[], datetime]
    ceiling_per_minute: int
    lease: timedelta = outbox.LEASE
    gap_seconds: float = 0
    """The pause between two mails. A burst of mails would keep the pages waiting."""
    stopwatch: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = lambda: 0.0
    """A random number from 0 to 1."""


class Worker:
    """Processes the queue on its own clock. No request wakes the worker, so its pace reveals nothing."""

    def __init__(self, parts: WorkerParts) -> None:
        """Make one worker. Several may run side by side, in any number of processes."""
        self._parts = parts
        self.seen_at: datetime | None = None
        """When the worker last looked at the queue, for `/readyz`."""
        self.fault = ""
        """The error that ended the last look at the queue; empty if all went well."""
        self._is_stopping = threading.Event()
        self._send_seconds = 0.0
        """How long the last mail took to send. A row without a recipient takes just as long."""

    def work(self) -> int:
        """Process one batch. Returns how many mails the worker took."""
        now = self._parts.clock()
        with self._parts.database.writing() as session:
            room = self._parts.ceiling_per_minute - outbox.sent_since(session, now - timedelta(minutes=1))
            taken = outbox.claim(session, now, max(0, min(BATCH, room)), self._parts.lease)
        if taken:
            kill_point("mail.leased")
        with ExitStack() as stack:
            delivery: Delivery | MailNotSent | None = None
            for number, mail in enumerate(taken):
                if self._is_stopping.is_set():
                    self._give_back(taken[number:])
                    break
                if delivery is None and _may_be_sent(mail):
                    delivery = self._connect(stack)
                self._try(mail, delivery)
                if self._parts.gap_seconds:
                    self._parts.pause(self._parts.gap_seconds)
        self.seen_at = self._parts.clock()
        return len(taken)

    def stop(self) -> None:
        """Stop after the mail at hand, and leave the rest of the batch to the next worker."""
        self._is_stopping.set()

    def start(self) -> None:
        """Work again after a stop."""
        self._is_stopping.clear()

    def _give_back(self, mails: Sequence[OutgoingMail]) -> None:
        with self._parts.database.writing() as session:
            outbox.give_back(session, mails)

    def _connect(self, stack: ExitStack) -> Delivery | MailNotSent:
        try:
            return stack.enter_context(self._parts.mailer.connect())
        except MailNotSent as broken:
            return broken

    def _try(self, mail: OutgoingMail, delivery: Delivery | MailNotSent | None) -> None:
        self.seen_at = self._parts.clock()
        with self._parts.database.writing() as session:
            if not outbox.renew(session, mail, self._parts.clock(), self._parts.lease):
                return
        try:
            if isinstance(delivery, MailNotSent) and _may_be_sent(mail):
                raise delivery
            composed, is_for_nobody = self._render(mail)
            kill_point("mail.written")
            self._send(composed, delivery, is_for_nobody=is_for_nobody)
        except MailNotSent as broken:
            self._record_failure(mail, broken)
        else:
            kill_point("mail.accepted")
            self._record_success(mail)
            kill_point("mail.recorded")

    def _send(self, composed: EmailMessage, delivery: Delivery | MailNotSent | None, *, is_for_nobody: bool) -> None:
        """Send the mail, or wait as long: people who get the mails before and after could measure the difference."""
        if is_for_nobody:
            self._parts.pause(min(self._send_seconds, LONGEST_PAUSE_SECONDS))
            return
        began = self._parts.stopwatch()
        _open(delivery).send(composed)
        self._send_seconds = self._parts.stopwatch() - began

    def _render(self, mail: OutgoingMail) -> tuple[EmailMessage, bool]:
        try:
            message = self._parts.writers[MailKind(mail.kind)](mail)
            return compose(message, self._parts.sender), message.is_for_nobody
        except MailNotSent:
            raise
        except Exception as broken:  # noqa: BLE001 - any error here concerns only this mail
            # One mail that cannot be written must not stop the others. Its text stays out of the log.
            msg = f"could not be written: {type(broken).__name__}"
            raise MailNotSent(msg, is_final=False) from None

    def _record_success(self, mail: OutgoingMail) -> None:
        now = self._parts.clock()
        with self._parts.database.writing() as session:
            outbox.mark_sent(session, mail.id, now)
            # The letter that went out, which is not always the letter that was requested.
            letter = session.get_one(OutgoingMail, mail.id).template or mail.kind
            self._write_down(session, Event.MAIL_SENT, mail, now, letter)
        if _may_be_sent(mail):
            metrics.MAIL.observe((now - mail.created_at).total_seconds())

    def _record_failure(self, mail: OutgoingMail, broken: MailNotSent) -> None:
        now = self._parts.clock()
        more = {"request_id": mail.request_id}
        log.warning("mail %s (%s) was not sent: %s", mail.id, mail.kind, broken.why, extra=more)
        with self._parts.database.writing() as session:
            given_up = outbox.mark_not_sent(
                session, mail, now, broken.why, is_final=broken.is_final, chance=self._parts.chance()
            )
            if given_up:
                self._write_down(session, Event.MAIL_FAILED, mail, now, f"{mail.kind}: {broken.why}")

    @staticmethod
    def _write_down(session: Session, event: Event, mail: OutgoingMail, now: datetime, detail: str) -> None:
        audit.record(
            session,
            event,
            at=now,
            account_id=mail.account_id,
            identifier=mail.identifier,
            detail=detail[:200],
            actor="worker",
            request_id=mail.request_id,
        )


def _may_be_sent(mail: OutgoingMail) -> bool:
    """Whether the row may need a mail server. A row with neither account nor address never does."""
    return mail.account_id is not None or mail.address != ""


def _open(delivery: Delivery | MailNotSent | None) -> Delivery:
    if delivery is None or isinstance(delivery, MailNotSent):
        msg = "no connection to the mail server"
        raise MailNotSent(msg, is_final=False)
    return delivery
