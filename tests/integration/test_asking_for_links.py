"""Asking for a link: who is sent one, and how often."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.accounts.passwords import Passwords
from cers_app.mail.mailer import MailboxFolder
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.digests import sha256
from tests.integration.conftest import People, Post
from tests.support.composed import Composed
from tests.support.doubles import ANN, Clock, world_at
from tests.support.looking import hashed, in_parallel, rows
from tests.support.smtp import MoodyInbox


def queued(database: Database) -> int:
    return len(rows(database, OutgoingMail))


@pytest.fixture
def delivered(post: Post, tmp_path: Path, database: Database) -> Callable[[], str]:
    """Work the queue off; the digest of the newest link."""
    worker = post.worker(MailboxFolder(tmp_path / "mailbox"))

    def work() -> str:
        worker.work()
        links = rows(database, ResetLink)
        return max(links, key=lambda link: link.created_at).digest if links else ""

    return work


def test_known_unknown_and_not_active_leave_the_same_rows_but_for_whose_they_are(
    database: Database, resets: ResetStore, people: People, ann: Account
) -> None:
    sleeping = people.create("sleeping", state=AccountState.NOT_ACTIVATED)
    for key in ("anngause", "nobodyatall", "sleeping"):
        resets.ask(key, ANN)

    mails, events = rows(database, OutgoingMail), rows(database, AuditEvent)
    assert [mail.account_id for mail in mails] == [ann.id, None, sleeping.id]
    assert [mail.identifier for mail in mails] == [hashed("anngause"), hashed("nobodyatall"), hashed("sleeping")]
    assert [event.account_id for event in events] == [ann.id, None, sleeping.id]
    own = {"id", "account_id", "identifier", "reference"}
    assert mails[0].model_dump(exclude=own) == mails[1].model_dump(exclude=own) == mails[2].model_dump(exclude=own)
    assert events[0].model_dump(exclude=own) == events[1].model_dump(exclude=own)


@pytest.mark.parametrize("key", ["anngause", "nobodyatall"])
def test_one_mail_a_minute_and_three_in_a_links_life_for_known_and_unknown_alike(
    database: Database, resets: ResetStore, ann: Account, clock: Clock, delivered: Callable[[], str], key: str
) -> None:
    assert ann.username == "anngause"
    counts = []
    for _ in range(10):
        resets.ask(key, ANN)
        delivered()
        counts.append(queued(database))
        clock.advance(seconds=30)

    assert counts == [1, 1, 2, 2, 3, 3, 3, 3, 3, 3]
    assert {event.detail for event in rows(database, AuditEvent) if event.event == "link_asked"} == {"queued", "merged"}


@pytest.mark.parametrize("key", ["anngause", "nobodyatall"])
def test_a_fourth_mail_goes_when_the_newest_link_has_a_third_of_its_life_left(
    database: Database, resets: ResetStore, ann: Account, clock: Clock, delivered: Callable[[], str], key: str
) -> None:
    assert ann.username == "anngause"
    for _ in range(3):
        resets.ask(key, ANN)
        delivered()
        clock.advance(minutes=1)
    clock.advance(minutes=38, seconds=59)
    resets.ask(key, ANN)
    assert queued(database) == 3

    clock.advance(seconds=1)
    resets.ask(key, ANN)
    assert queued(database) == 4


def test_who_used_a_link_may_ask_again_at_once(
    database: Database, resets: ResetStore, ann: Account, clock: Clock, delivered: Callable[[], str]
) -> None:
    assert ann.username == "anngause"
    digest = ""
    for _ in range(3):
        resets.ask("anngause", ANN)
        digest = delivered()
        clock.advance(minutes=1)
    resets.ask("anngause", ANN)
    assert queued(database) == 3, "three were sent and none was used"

    assert resets.consume(digest, "new hash", ANN)
    resets.ask("anngause", ANN)
    assert [mail.kind for mail in rows(database, OutgoingMail)].count("reset_link") == 4


def test_a_mail_that_failed_does_not_count(database: Database, resets: ResetStore, ann: Account) -> None:
    assert ann.username == "anngause"
    resets.ask("anngause", ANN)
    resets.ask("anngause", ANN)
    assert queued(database) == 1

    with database.writing() as session:
        session.get_one(OutgoingMail, rows(database, OutgoingMail)[0].id).state = MailState.FAILED
    resets.ask("anngause", ANN)
    assert queued(database) == 2


def test_a_mail_that_took_several_tries_counts_as_one(
    database: Database, resets: ResetStore, ann: Account, clock: Clock, post: Post, inbox: MoodyInbox, smtp: SmtpMailer
) -> None:
    assert ann.username == "anngause"
    worker = post.worker(smtp)
    inbox.answers = ["451 later", "451 later"]
    resets.ask("anngause", ANN)
    for _ in range(3):
        worker.work()
        clock.advance(minutes=1)
    assert (len(inbox.offered), len(inbox.mails), len(rows(database, ResetLink))) == (3, 1, 3)

    resets.ask("anngause", ANN)

    assert queued(database) == 2


def test_username_and_address_are_counted_apart(database: Database, resets: ResetStore, ann: Account) -> None:
    for key in ("anngause", "anngause@example.com", "anngause"):
        resets.ask(key, ANN)

    assert [mail.account_id for mail in rows(database, OutgoingMail)] == [ann.id, ann.id]


def test_of_twenty_requests_at_once_one_sends_a_mail(database: Database, resets: ResetStore, ann: Account) -> None:
    in_parallel(20, lambda _: resets.ask("anngause", ANN))

    assert [mail.account_id for mail in rows(database, OutgoingMail)] == [ann.id]
    assert sum(event.count for event in rows(database, AuditEvent)) == 20


def test_limits_can_be_lifted_for_load_tests_alone(
    url: str, passwords: Passwords, database: Database, clock: Clock, ann: Account
) -> None:
    unlimited = Composed(url, world_at(clock), passwords, qa_limits=False)(ResetStore)
    for _ in range(5):
        unlimited.ask("anngause", ANN)

    assert [mail.account_id for mail in rows(database, OutgoingMail)] == [ann.id] * 5


def test_opening_a_link_is_written_down_and_a_made_up_one_as_refused(
    database: Database, resets: ResetStore, ann: Account, delivered: Callable[[], str]
) -> None:
    resets.ask("anngause", ANN)
    digest = delivered()
    resets.opened(digest, ANN)
    resets.opened(sha256("made up"), ANN)

    opened, refused = rows(database, AuditEvent)[-2:]
    assert (opened.event, opened.account_id) == ("link_opened", ann.id)
    assert (refused.event, refused.account_id) == ("link_refused", None)
    assert [link.used_at for link in rows(database, ResetLink)] == [None]
