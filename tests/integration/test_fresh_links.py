"""A fresh link in place of a dead one, and links of accounts that changed while the mail was on its way."""

from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from sqlmodel import Session

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.store import cancel_links, identity
from cers_app.mail.letters import Message
from cers_app.mail.mailer import MailboxFolder
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail
from cers_app.mail_request.store import RequestStore
from cers_app.reset_password import links
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from cers_app.values.cancellation import WhyCancelled
from tests.integration.conftest import People, Post
from tests.support.composed import Composed
from tests.support.doubles import ANN, Clock, world_at
from tests.support.looking import hashed, mailed, rows


@pytest.mark.parametrize("change", ["disabled", "moved", "nothing"])
def test_the_link_of_an_account_that_changes_while_its_mail_is_written_is_cancelled(
    database: Database, resets: ResetStore, ann: Account, post: Post, clock: Clock, tmp_path: Path, change: str
) -> None:
    """One unit of work picks the letter and stores its link, so the change comes after both and ends the link."""
    worker, account_id = post.worker(MailboxFolder(tmp_path)), identity(ann)
    journey = worker.letters.journeys[MailKind.RESET_LINK]

    def come_in_between() -> None:
        with database.writing() as session:
            account = session.get_one(Account, account_id)
            if change == "disabled":
                account.state = AccountState.DISABLED
            if change == "moved":
                account.email = "new@example.com"
            if change != "nothing":
                cancel_links(session, account_id, WhyCancelled.EMAIL_CHANGED, clock())

    def write(session: Session, mail: OutgoingMail, account: Account) -> Message:
        others.start()
        others.join(0.3)
        assert others.is_alive(), "it waits until the mail's unit of work ends"
        return journey(session, mail, account)

    others = Thread(target=come_in_between)
    letters = replace(worker.letters, journeys={**worker.letters.journeys, MailKind.RESET_LINK: write})
    resets.ask("anngause", ANN)
    assert replace(worker, letters=letters).work() == 1
    others.join(60)

    (link,) = rows(database, ResetLink)
    assert (link.cancelled_at is None) == (change == "nothing")
    assert resets.consume(link.digest, "new hash", ANN) == (change == "nothing")


@pytest.mark.parametrize("state", list(AccountState))
def test_only_an_active_account_gets_a_link_stored(
    database: Database,
    resets: ResetStore,
    people: People,
    ann: Account,
    post: Post,
    tmp_path: Path,
    state: AccountState,
) -> None:
    people.set_state(ann, state)
    resets.ask("anngause", ANN)
    (mail,) = rows(database, OutgoingMail)
    write = post.worker(MailboxFolder(tmp_path)).letters.journeys[MailKind.RESET_LINK]
    with database.writing() as session:
        assert "/r/" in write(session, mail, ann).text

    assert len(rows(database, ResetLink)) == (state == AccountState.ACTIVE)


def test_a_fresh_link_that_was_merged_with_one_just_sent_can_be_asked_for_later(
    database: Database, resets: ResetStore, ann: Account, clock: Clock
) -> None:
    digest = mailed(database, ann, clock)
    resets.ask("anngause@example.com", ANN)
    before = len(rows(database, OutgoingMail))

    assert resets.renew(digest, ANN)
    assert len(rows(database, OutgoingMail)) == before

    clock.advance(minutes=1)
    assert resets.renew(digest, ANN)
    assert len(rows(database, OutgoingMail)) == before + 1
    assert not resets.renew(digest, ANN)


def test_a_link_of_a_former_address_sends_nothing_to_the_new_one(
    database: Database, resets: ResetStore, ann: Account, clock: Clock
) -> None:
    former = mailed(database, ann, clock)
    assert ann.id is not None
    with database.writing() as session:
        cancel_links(session, ann.id, WhyCancelled.EMAIL_CHANGED, clock())
    other = mailed(database, ann, clock)
    with database.writing() as session:
        cancel_links(session, ann.id, WhyCancelled.OTHER_LINK_USED, clock())

    def renewable(digest: str) -> bool:
        owner = resets.owner(digest)
        assert owner is not None
        return links.is_renewable(links.state_of(owner.facts, clock()), clock())

    assert not renewable(former)
    assert renewable(other)


def test_requested_mails_leave_in_an_order_that_tells_nothing(
    url: str, passwords: Passwords, database: Database, clock: Clock, tmp_path: Path, post: Post
) -> None:
    waits = iter([3, 1, 2])
    world = replace(world_at(clock), chance=lambda: next(waits) / 3)
    store = Composed(url, world, passwords, CERS_MAIL_DELAY_SECONDS=3)(RequestStore)
    for name in ("first", "second", "third"):
        store.ask(f"{name}@example.com", ANN)
    worker = post.worker(MailboxFolder(tmp_path))
    order: list[str] = []
    for _ in range(4):
        worker.work()
        for name in ("first", "second", "third"):
            (row,) = [row for row in rows(database, OutgoingMail) if row.identifier == hashed(f"{name}@example.com")]
            if row.state == MailState.SENT and name not in order:
                order.append(name)
        clock.advance(seconds=1)

    assert order == ["second", "third", "first"]
