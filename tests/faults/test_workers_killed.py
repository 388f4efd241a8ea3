"""Three workers, and one of them killed every forty mails: each mail is accepted, under one Message-ID."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from cers_app.accounts import store
from cers_app.accounts.models import AccountState
from cers_app.accounts.store import IdentifierTaken, NewAccount
from cers_app.commands.migrations import upgrade_to_head
from cers_app.composition.world import REAL, now
from cers_app.mail.outbox import MailKind, Origin, enqueue
from cers_app.storage.database import Database
from tests.support.inbox import Inbox
from tests.support.portal import ROOT, environment
from tests.support.ports import free_port
from tests.support.waiting import eventually

WORKERS, MAILS, EACH = 3, 200, 40
SLOWNESS_SECONDS = 0.03
"""How long the mail server takes for a mail, so that a kill has something to break."""


def queue(url: str, mails: int) -> set[str]:
    """Ask for a link and a reminder in turn for people of their own; the ids of the mails."""
    ids, opened = set(), Database(url)
    with closing(opened), opened.writing() as session:
        for number in range(mails):
            name = f"person{number:04d}"
            email = f"{name}@example.com"
            new = NewAccount(name, email, name, email, "Ann", "Gause", "no hash", AccountState.ACTIVE)
            account = store.create(session, new, now())
            assert not isinstance(account, IdentifierTaken)
            kind = MailKind.RESET_LINK if number % 2 else MailKind.USERNAME_REMINDER
            ids.add(enqueue(session, REAL, kind, account.id, Origin("")))
    return ids


@contextmanager
def worker(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A mail worker as a process of its own; killed at the end, if it is still there."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cers_app", "mail", "work"], cwd=ROOT, env=env, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def in_state(folder: Path, state: str) -> int:
    """How many mails are there."""
    with closing(sqlite3.connect(folder / "portal.db", timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM outgoing_mail WHERE state = ?", (state,)).fetchone()[0])


def leased(folder: Path) -> int:
    """How many mails a worker has in hand."""
    with closing(sqlite3.connect(folder / "portal.db", timeout=10)) as connection:
        counted = "SELECT count(*) FROM outgoing_mail WHERE state = 'waiting' AND leased_until IS NOT NULL"
        return int(connection.execute(counted).fetchone()[0])


def wait_for(folder: Path, sent: int) -> None:
    """Until so many mails are sent."""
    eventually(lambda: in_state(folder, "sent") >= sent, lambda: f"{in_state(folder, 'sent')} of {sent} were sent")


def test_every_mail_is_accepted_whoever_dies_and_twice_only_under_the_same_message_id(
    tmp_path: Path,
) -> None:
    chance = random.Random(20170509)  # noqa: S311 - the same kills each time
    with Inbox.open() as inbox, ExitStack() as stack:
        inbox.seconds = SLOWNESS_SECONDS
        env = environment(
            tmp_path,
            free_port(),
            inbox,
            CERS_MAIL_LEASE_SECONDS="2",
            CERS_LIMIT_MAIL_CEILING_PER_MINUTE="100000",
        )
        upgrade_to_head(env["CERS_DATABASE_URL"])
        ids = queue(env["CERS_DATABASE_URL"], MAILS)
        log = tmp_path / "workers.log"
        alive = [stack.enter_context(worker(env, log)) for _ in range(WORKERS)]
        kills = range(EACH, MAILS, EACH)
        for sent in kills:
            wait_for(tmp_path, sent)
            victim = chance.randrange(WORKERS)
            os.kill(alive[victim].pid, signal.SIGKILL)
            alive[victim].wait()
            alive[victim] = stack.enter_context(worker(env, log))
        wait_for(tmp_path, MAILS)

    accepted = Counter(str(mail.mail["Message-ID"]) for mail in inbox.mails)
    assert set(accepted) == {f"<{mail_id}@calepa.ca.gov>" for mail_id in ids}
    assert leased(tmp_path) == in_state(tmp_path, "failed") == 0
    # Once more only what a worker had just handed over when it died: one mail a kill.
    assert sum(accepted.values()) - MAILS <= len(kills)
    assert "Traceback" not in log.read_text("utf-8")
