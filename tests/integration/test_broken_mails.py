"""A worker that breaks in the middle of a mail loses nothing, and the next one repeats the Message-ID."""

from dataclasses import replace

from sqlmodel import Session

from cers_app.accounts.models import Account, KnownBrowser
from cers_app.accounts.passwords import Passwords
from cers_app.mail.letters import Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.mail.worker import Worker
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from cers_app.values.digests import sha256
from tests.integration.conftest import People, Post
from tests.support.composed import Composed
from tests.support.doubles import ANN, Clock, world_at
from tests.support.looking import rows, statements_of
from tests.support.smtp import MoodyInbox


def test_broken_after_any_of_its_statements_a_mail_still_comes_under_one_message_id_and_its_link_works(
    url: str,
    passwords: Passwords,
    database: Database,
    people: People,
    resets: ResetStore,
    post: Post,
    clock: Clock,
    inbox: MoodyInbox,
    smtp: SmtpMailer,
) -> None:
    broken, twice = 0, 0
    while True:
        broken += 1
        name = f"person{broken}"
        people.create(name)
        resets.ask(name, ANN)
        seen, is_done = work_and_break(url, passwords, clock, smtp, broken)
        clock.advance(minutes=3, seconds=1)
        post.worker(smtp).work()
        mails = inbox.to(f"{name}@example.com")

        assert len({mail.mail["Message-ID"] for mail in mails}) == 1
        assert resets.consume(sha256(mails[0].token), "new hash", ANN)
        post.worker(smtp).work()
        assert {mail.state for mail in rows(database, OutgoingMail)} == {"sent"}
        twice += sum("/r/" in mail.text for mail in mails) - 1
        if is_done:
            break
    assert broken == len(seen) + 1 > 14, "each statement was broken once"
    recording = 1 + list(reversed(seen)).index("BEGIN IMMEDIATE")
    assert twice == recording, "once more only where the outcome of a mail that was accepted was not recorded"


def test_a_mail_that_breaks_a_rule_of_the_database_does_not_send_the_one_before_again(
    database: Database,
    people: People,
    resets: ResetStore,
    post: Post,
    clock: Clock,
    smtp: SmtpMailer,
    inbox: MoodyInbox,
) -> None:
    for name in ("anngause", "bobbuilder"):
        people.create(name)
        resets.ask(name, ANN)
        clock.advance(seconds=1)
    worker = post.worker(smtp)
    write = worker.letters.journeys[MailKind.RESET_LINK]

    def breaking(session: Session, mail: OutgoingMail, account: Account) -> Message:
        if account.username == "bobbuilder":
            session.add(KnownBrowser(digest="d" * 64, account_id=10**9, seen_at=mail.created_at))
        return write(session, mail, account)

    worker = replace(worker, letters=replace(worker.letters, journeys={MailKind.RESET_LINK: breaking}))
    for _ in range(3):
        worker.work()
        clock.advance(minutes=4)

    assert [mail.recipients for mail in inbox.mails] == [("anngause@example.com",)]
    (_, broken) = sorted(rows(database, OutgoingMail), key=lambda mail: mail.created_at)
    assert (broken.state, broken.why) == ("waiting", "could not be written: IntegrityError")


def work_and_break(
    url: str, passwords: Passwords, clock: Clock, smtp: SmtpMailer, breaks_at: int
) -> tuple[list[str], bool]:
    """A worker whose database breaks at a statement; the statements, and whether it got through all of them."""
    composed = Composed(url, world_at(clock), passwords)
    breaking = composed(Database)
    seen = statements_of(breaking, breaks_at)
    try:
        Post(composed(Worker)).worker(smtp).work()
    except RuntimeError:
        return seen, False
    finally:
        breaking.close()
    return seen, len(seen) < breaks_at
