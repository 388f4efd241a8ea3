"""The queue under load: its order, its ceiling, and several workers at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest

from cers_app.accounts.models import Account
from cers_app.mail.mailer import Delivery
from cers_app.mail.outbox import OutgoingMail, claim, due, mark_not_sent, mark_sent
from cers_app.mail.smtp import SmtpMailer
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import hashed, in_parallel, rows
from tests.support.smtp import MoodyInbox


@dataclass
class SlowMailer:
    """Takes its time over every mail."""

    clock: Clock
    seconds: int
    sent: list[str] = field(default_factory=list)

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        """Nothing to open."""
        yield self

    def send(self, mail: EmailMessage) -> str:
        """Keep its Message-ID, late."""
        self.clock.advance(seconds=self.seconds)
        self.sent.append(str(mail["Message-ID"]))
        return ""


def test_no_more_than_the_ceiling_go_in_a_minute_and_the_rest_wait(
    resets: ResetStore, people: People, post: Post, clock: Clock, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    for number in range(7):
        people.create(f"person{number}")
        resets.ask(f"person{number}", ANN)
        clock.advance(seconds=1)
    worker, began = post.worker(smtp, ceiling=3), time.monotonic()

    assert worker.seen_at < began
    assert [worker.work(), worker.work()] == [3, 0]
    clock.advance(seconds=59)
    assert worker.work() == 0
    clock.advance(seconds=1)
    assert worker.work() == 3
    served = [mail.recipients[0] for mail in inbox.mails]
    assert {*served[:3]} == {f"person{number}@example.com" for number in range(3)}, "who asked first"
    assert {*served[3:]} == {f"person{number}@example.com" for number in range(3, 6)}
    assert began < worker.seen_at < time.monotonic()


def test_a_worker_that_has_just_started_counts_as_seen(post: Post, smtp: SmtpMailer) -> None:
    worker, began = post.worker(smtp), time.monotonic()
    worker.start()

    assert worker.seen_at >= began


@pytest.mark.parametrize("name", ["somebody", "nobodyatall"])
def test_whose_turn_it_is_does_not_tell_whether_the_name_before_has_an_account(
    database: Database, resets: ResetStore, people: People, post: Post, clock: Clock, smtp: SmtpMailer, name: str
) -> None:
    for known in ("somebody", "watcher"):
        people.create(known)
    for asks in (name, "watcher"):
        resets.ask(asks, ANN)
        clock.advance(seconds=5)

    assert post.worker(smtp, ceiling=1).work() == 1
    states = {row.identifier == hashed("watcher"): row.state for row in rows(database, OutgoingMail)}
    assert states == {False: "sent", True: "waiting"}


def test_two_workers_at_once_never_send_a_mail_twice(
    resets: ResetStore, people: People, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    people.create()
    names = [f"person{number}" for number in range(60)]
    for name in names:
        people.create(name)
        resets.ask(name, ANN)
    in_parallel(4, lambda _: [post.worker(smtp).work() for _ in range(4)])

    assert sorted(mail.recipients[0] for mail in inbox.mails) == sorted(f"{name}@example.com" for name in names)


def test_a_slow_mail_server_makes_no_second_worker_send_the_same(
    resets: ResetStore, people: People, post: Post, clock: Clock
) -> None:
    for number in range(12):
        people.create(f"person{number}")
        resets.ask(f"person{number}", ANN)
    second = SlowMailer(clock, 0)

    class SlowWithCompany(SlowMailer):
        def send(self, mail: EmailMessage) -> str:
            answer = super().send(mail)
            post.worker(second).work()
            return answer

    first = SlowWithCompany(clock, 14)
    post.worker(first).work()

    assert len(set(first.sent + second.sent)) == 12
    assert sorted(first.sent + second.sent) == sorted(set(first.sent + second.sent))


@pytest.mark.parametrize("is_final", [True, False])
def test_a_worker_that_was_silent_for_too_long_does_not_undo_what_the_next_one_did(
    database: Database, resets: ResetStore, ann: Account, clock: Clock, *, is_final: bool
) -> None:
    resets.ask(ann.username, ANN)
    with database.writing() as session:
        (waiting,) = due(session, clock(), 1)
        slow = claim(session, waiting.id, clock())
    assert slow is not None
    clock.advance(minutes=3, seconds=1)
    with database.writing() as session:
        quick = claim(session, waiting.id, clock())
        assert quick is not None
        assert claim(session, waiting.id, clock()) is None
        leased_until = quick.leased_until
        assert not mark_not_sent(session, slow, clock(), "554 spam", is_final=is_final)
        assert session.get_one(OutgoingMail, quick.id).leased_until == leased_until

        mark_sent(session, quick.id, clock())
        assert not mark_not_sent(session, slow, clock(), "554 spam", is_final=is_final)
    (mail,) = rows(database, OutgoingMail)
    assert (mail.state, mail.why) == ("sent", "")


def test_a_mail_whose_worker_died_is_sent_by_the_next(
    database: Database, resets: ResetStore, ann: Account, post: Post, clock: Clock, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    class Dying(SlowMailer):
        def send(self, mail: EmailMessage) -> str:
            super().send(mail)
            raise KeyboardInterrupt

    resets.ask("anngause", ANN)
    with pytest.raises(KeyboardInterrupt):
        post.worker(Dying(clock, 0)).work()
    assert post.worker(smtp).work() == 0, "it may still be at it"

    clock.advance(minutes=3, seconds=1)
    assert post.worker(smtp).work() == 1
    assert [mail.recipients for mail in inbox.mails] == [(ann.email,)]
    assert [mail.attempts for mail in rows(database, OutgoingMail)] == [2]
