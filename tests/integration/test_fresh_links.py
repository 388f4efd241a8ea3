"""A fresh link in place of a dead one, and links of accounts that changed while the mail was on its way."""

from datetime import timedelta
from pathlib import Path

import pytest

from cers_app.accounts.cancellation import WhyCancelled
from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.accounts.store import cancel_links
from cers_app.composition.world import new_id, new_token
from cers_app.mail.letters import Letters
from cers_app.mail.mailer import MailboxFolder, MailNotSent
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail
from cers_app.mail.recipients import Holder, Recipients
from cers_app.mail_request.store import RequestStore
from cers_app.reset_password import links
from cers_app.reset_password.messages import LinkMailParts, ResetLinkMail
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from cers_app.storage.parts import StoreParts
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import LETTERHEAD, LIFE, hashed, mailed, rows


class Late(Recipients):
    """Found the account out before it was changed."""

    def of(self, mail: OutgoingMail) -> Holder:
        return Holder(mail.account_id, "anngause", "anngause@example.com", "Ann Gause")


@pytest.mark.parametrize("change", ["disabled", "moved", "nothing"])
def test_an_account_changed_while_its_mail_is_written_gets_no_link(
    database: Database, resets: ResetStore, people: People, ann: Account, clock: Clock, change: str
) -> None:
    resets.ask("anngause", ANN)
    (mail,) = rows(database, OutgoingMail)
    if change == "disabled":
        people.set_state(ann, AccountState.DISABLED)
    if change == "moved":
        with database.writing() as session:
            session.get_one(Account, ann.id).email = "new@example.com"
    letters, late = Letters(database, LETTERHEAD, clock), Late(database, clock, timedelta())
    write = ResetLinkMail(LinkMailParts(database, LETTERHEAD, letters, late, new_token, new_id, clock, LIFE))

    if change == "nothing":
        assert "/r/" in write(mail).text
        return
    with pytest.raises(MailNotSent) as told:
        write(mail)
    assert not told.value.is_final
    assert rows(database, ResetLink) == []


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
        return links.is_renewable(links.state_of(owner.facts, clock(), LIFE))

    assert not renewable(former)
    assert renewable(other)


def test_requested_mails_leave_in_an_order_that_tells_nothing(
    database: Database, clock: Clock, tmp_path: Path, post: Post
) -> None:
    waits = iter([timedelta(seconds=3), timedelta(seconds=1), timedelta(seconds=2)])
    parts = StoreParts(database, hashed, new_id, clock, lambda: next(waits))
    store = RequestStore(parts, MailKind.USERNAME_REMINDER, None)
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
