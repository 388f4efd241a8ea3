"""This was not me: what the link in the mail about a changed password undoes, and what it never does."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cers_app.accounts.models import Account, ResetLink, SignInSession
from cers_app.accounts.sessions import Sessions
from cers_app.accounts.store import identity
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.new_password.replacing import NewPassword, replace
from cers_app.not_me.flow import LIFE, NotMe, Stopped, TooLate
from cers_app.not_me.store import NotMeLink
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import IdentifierHash, sha256
from cers_app.values.events import Event
from tests.integration.conftest import People, Post
from tests.support.composed import Composed
from tests.support.doubles import ANN, STRANGER, Clock, world_at
from tests.support.looking import accepted, everything_stored, in_parallel, mailed, opened, rows
from tests.support.smtp import MoodyInbox

LINK = re.compile(r"^http://localhost:3000/not-me/([A-Za-z0-9_-]{43})$", re.MULTILINE)


@dataclass(frozen=True)
class Thief:
    """Somebody who gets at a live link of Ann's."""

    database: Database
    resets: ResetStore
    post: Post
    smtp: SmtpMailer
    inbox: MoodyInbox
    clock: Clock

    def change(self, account: Account) -> str:
        """Change the password, and have the mail about it sent; the token in it."""
        before = len(self.inbox.mails)
        assert self.resets.consume(mailed(self.database, account, self.clock), "the thief's hash", STRANGER)
        while self.post.worker(self.smtp).work():
            pass
        texts = [mail.text for mail in self.inbox.mails[before:] if "was changed on" in mail.text]
        (found,) = [LINK.findall(text) for text in texts]
        (token,) = found
        return str(token)


@pytest.fixture
def thief(
    database: Database, resets: ResetStore, post: Post, smtp: SmtpMailer, inbox: MoodyInbox, clock: Clock
) -> Thief:
    return Thief(database, resets, post, smtp, inbox, clock)


@pytest.fixture
def not_me(composed: Composed) -> NotMe:
    return composed(NotMe)


@pytest.fixture
def count(database: Database) -> Callable[[MailKind], int]:
    return lambda kind: sum(mail.kind == kind for mail in rows(database, OutgoingMail))


def test_it_voids_the_password_once_and_sends_a_link_to_the_mailbox(
    database: Database, not_me: NotMe, thief: Thief, people: People, ann: Account, count: Callable[[MailKind], int]
) -> None:
    bob = people.create("bobbuilder")
    thief.change(bob)
    token = thief.change(ann)
    assert token not in everything_stored(database)
    live, links = mailed(database, ann, thief.clock), count(MailKind.RESET_LINK)
    thief.clock.advance(minutes=1)

    assert not_me.stop(sha256(token), ANN) == Stopped()

    assert people.hash_of(bob) == "the thief's hash"
    with database.reading() as session:
        assert session.get_one(Account, ann.id).password_hash is None
        assert session.get_one(ResetLink, live).cancelled_why == "password_changed"
    assert count(MailKind.RESET_LINK) == links + 1
    (row,) = [row for row in rows(database, AuditEvent) if row.event == Event.PASSWORD_DISOWNED]
    assert (row.account_id, row.ip, bool(row.reference)) == (ann.id, ANN.ip, True)

    assert not_me.stop(sha256(token), ANN) == TooLate()
    assert count(MailKind.RESET_LINK) == links + 1


def test_every_session_ends_the_thiefs_as_well(
    database: Database, not_me: NotMe, thief: Thief, signing_in: SignInStore, sessions: Sessions, ann: Account
) -> None:
    token = thief.change(ann)
    digest = opened(sessions, accepted(signing_in, ann.username, STRANGER), STRANGER)
    assert digest is not None
    assert sessions.check(digest) is not None

    assert not_me.stop(sha256(token), ANN) == Stopped()

    assert sessions.check(digest) is None
    assert rows(database, SignInSession) == []


def test_the_link_goes_out_though_the_mailbox_had_its_three(
    not_me: NotMe, thief: Thief, ann: Account, count: Callable[[MailKind], int]
) -> None:
    token = thief.change(ann)
    for _ in range(4):
        thief.resets.ask(ann.email, STRANGER)
        thief.post.worker(thief.smtp).work()
        thief.clock.advance(minutes=1)
    links = count(MailKind.RESET_LINK)

    assert not_me.stop(sha256(token), ANN) == Stopped()
    assert count(MailKind.RESET_LINK) == links + 1


def test_it_is_too_late_after_seven_days(not_me: NotMe, thief: Thief, people: People, ann: Account) -> None:
    token = thief.change(ann)
    thief.clock.now += LIFE

    assert not_me.stop(sha256(token), ANN) == TooLate()
    assert people.hash_of(ann) == "the thief's hash"


@pytest.mark.parametrize("seconds", [60, 3], ids=["later", "within the minute in which equal rows become one"])
def test_a_later_reset_or_another_address_ends_it(
    database: Database, not_me: NotMe, thief: Thief, people: People, ann: Account, seconds: int
) -> None:
    first = thief.change(ann)
    thief.clock.advance(seconds=seconds)
    second = thief.change(ann)
    assert not_me.stop(sha256(first), ANN) == TooLate()
    assert people.hash_of(ann) == "the thief's hash"

    thief.clock.advance(minutes=1)
    with database.writing() as session:
        audit.record(session, Event.EMAIL_CHANGED, at=thief.clock(), account_id=ann.id)
    assert not_me.stop(sha256(second), ANN) == TooLate()
    assert people.hash_of(ann) == "the thief's hash"


def test_a_thief_cannot_end_it_by_changing_the_password_once_more(
    database: Database, not_me: NotMe, thief: Thief, ann: Account, composed: Composed
) -> None:
    token = thief.change(ann)
    thief.clock.advance(minutes=1)
    with database.writing() as session:
        new = NewPassword(identity(ann), "yet another hash", WhyCancelled.PASSWORD_CHANGED, "account page")
        replace(session, new, STRANGER, world_at(thief.clock), composed(IdentifierHash))

    assert not_me.stop(sha256(token), ANN) == Stopped()


def test_a_change_of_somebody_else_does_not_matter(not_me: NotMe, thief: Thief, people: People, ann: Account) -> None:
    token = thief.change(ann)
    thief.clock.advance(minutes=1)
    thief.change(people.create("bobbuilder"))

    assert not_me.stop(sha256(token), ANN) == Stopped()


@pytest.mark.parametrize("digest", ["", "0" * 64, "x", "' OR 1=1 --"])
def test_what_is_no_such_link_does_nothing(
    database: Database, not_me: NotMe, thief: Thief, ann: Account, digest: str
) -> None:
    token = thief.change(ann)
    before = everything_stored(database)

    assert not_me.stop(digest, ANN) == TooLate()
    assert not_me.stop(token, ANN) == TooLate(), "the token itself is no digest"
    assert everything_stored(database) == before


def test_of_ten_presses_at_once_one_counts(
    database: Database, not_me: NotMe, thief: Thief, ann: Account, count: Callable[[MailKind], int]
) -> None:
    token, links = thief.change(ann), count(MailKind.RESET_LINK)

    outcomes = in_parallel(10, lambda _: not_me.stop(sha256(token), ANN))

    assert outcomes.count(Stopped()) == 1
    assert count(MailKind.RESET_LINK) == links + 1
    assert [link.used_at for link in rows(database, NotMeLink)] == [thief.clock()]
