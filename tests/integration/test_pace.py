"""The pace of mails: whoever gets the one before and the one after learns nothing of the one in between."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from cers_app.accounts.models import Account, AccountState
from cers_app.composition import mail
from cers_app.mail.mailer import Delivery
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import rows

SLOW_SECONDS = 0.05


class SlowPost:
    """A mail server that takes its time."""

    @contextmanager
    def connect(self) -> Iterator[Delivery]:
        yield self

    def send(self, _mail: EmailMessage) -> str:
        time.sleep(SLOW_SECONDS)
        return ""


def test_a_row_for_nobody_takes_as_long_as_the_mail_before_it(
    resets: ResetStore, people: People, ann: Account, post: Post, clock: Clock
) -> None:
    pauses: list[float] = []
    people.create("bobbuilder")
    for key in (ann.username, "nobodyatall", "bobbuilder", "nobodyelse"):
        resets.ask(key, ANN)
        clock.advance(seconds=1)

    worker: Any = post.worker(SlowPost(), pause=pauses.append)
    assert worker.work() == 4

    assert len(pauses) == 2
    assert all(pause >= SLOW_SECONDS for pause in pauses)


def test_mails_do_not_go_out_in_a_burst(resets: ResetStore, ann: Account, post: Post, clock: Clock) -> None:
    pauses: list[float] = []
    for key in (ann.username, "nobodyatall", "nobodyelse"):
        resets.ask(key, ANN)
        clock.advance(seconds=1)

    assert post.worker(SlowPost(), pause=pauses.append, gap_seconds=0.01).work() == 3

    assert [pause for pause in pauses if pause == 0.01] == [0.01] * 3, "before each, whether it is for somebody or not"


def test_a_low_ceiling_does_not_keep_a_stop_waiting() -> None:
    assert mail.gap_seconds(300) == 60 / 300 / mail.BURST
    assert mail.gap_seconds(1) == mail.LONGEST_GAP_SECONDS


def test_the_audit_names_the_letter_that_was_written(
    database: Database, resets: ResetStore, people: People, ann: Account, post: Post
) -> None:
    people.create("sleeping", state=AccountState.DISABLED)
    for key in (ann.username, "nobodyatall", "sleeping", "stranger@example.com"):
        resets.ask(key, ANN)
    post.worker(SlowPost()).work()

    written = sorted(row.detail for row in rows(database, AuditEvent) if row.event == "mail_sent")
    assert written == ["account_disabled", "no_account", "nobody", "reset_link"]
