"""The portal is no cannon: it sends few mails to addresses without an account, whatever is typed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cers_app.mail.letters import NO_ACCOUNT, NOBODY, StrangerRule
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.mail.worker import Worker
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from cers_app.values.mailboxes import mailbox_of
from tests.integration.conftest import People, Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import plans_of, rows
from tests.support.smtp import MoodyInbox

RULE = StrangerRule(gap=timedelta(days=1), per_domain=3, in_all=5)


@pytest.fixture
def worker(post: Post, smtp: SmtpMailer) -> Worker:
    """The portal's worker with small limits."""
    built = post.worker(smtp)
    return replace(built, letters=replace(built.letters, strangers=RULE))


def asked(resets: ResetStore, worker: Worker, *typed: str) -> None:
    """Somebody asks for a link to each address."""
    for address in typed:
        resets.ask(address, ANN)
    while worker.work():
        pass


def told(inbox: MoodyInbox) -> list[str]:
    """Who got a mail."""
    return [mail.recipients[0] for mail in inbox.mails]


def test_one_mailbox_gets_forty_mails_under_names_of_its_own_making(
    resets: ResetStore, post: Post, smtp: SmtpMailer, inbox: MoodyInbox, clock: Clock
) -> None:
    worker = post.worker(smtp)
    asked(resets, worker, *[f"target+{number}@victim.example" for number in range(40)])
    assert told(inbox) == ["target+0@victim.example"]

    asked(resets, worker, "t.a.r.g.e.t@gmail.com", "target@googlemail.com", "other@victim.example")
    assert told(inbox)[1:] == ["t.a.r.g.e.t@gmail.com", "other@victim.example"]
    clock.advance(days=1)
    asked(resets, worker, "target@victim.example")
    assert told(inbox)[3:] == ["target@victim.example"]


def test_a_domain_gets_a_mail_for_each_mailbox_that_somebody_makes_up(
    resets: ResetStore, worker: Worker, inbox: MoodyInbox, clock: Clock
) -> None:
    for number in range(10):
        asked(resets, worker, f"madeup{number}@victim.example")
    asked(resets, worker, "somebody@example.com")
    assert told(inbox)[:3] == [f"madeup{number}@victim.example" for number in range(3)]
    assert told(inbox)[3:] in ([], ["somebody@example.com"])

    clock.advance(hours=1)
    asked(resets, worker, "madeup11@victim.example")
    assert told(inbox)[-1] == "madeup11@victim.example"


def test_the_sender_writes_to_every_domain_that_somebody_makes_up(
    resets: ResetStore, worker: Worker, inbox: MoodyInbox, people: People, database: Database
) -> None:
    people.create("anngause")
    for number in range(9):
        asked(resets, worker, f"somebody@domain{number}.example")
    asked(resets, worker, "anngause@example.com")

    assert told(inbox) == [*[f"somebody@domain{number}.example" for number in range(5)], "anngause@example.com"]
    templates = [mail.template for mail in rows(database, OutgoingMail)]
    assert (templates.count(NO_ACCOUNT), templates.count(NOBODY)) == (5, 4)


@pytest.mark.parametrize("known", [True, False])
def test_a_strangers_own_mail_shows_whether_the_address_before_it_has_an_account(
    resets: ResetStore,
    worker: Worker,
    inbox: MoodyInbox,
    people: People,
    known: bool,  # noqa: FBT001 - a parameter
) -> None:
    if known:
        people.create("target", "target@victim.example")
    for typed in ("madeup1@victim.example", "madeup2@victim.example", "target@victim.example"):
        asked(resets, worker, typed)
    asked(resets, worker, "eve@victim.example")

    assert "eve@victim.example" not in told(inbox), "with an account as without one"
    assert "madeup2@victim.example" in told(inbox)


def test_a_mail_that_has_to_be_sent_again_is_not_counted_twice(
    resets: ResetStore, worker: Worker, inbox: MoodyInbox, clock: Clock
) -> None:
    inbox.answers = ["451 try again later"]
    asked(resets, worker, "stranger@example.com")
    assert told(inbox) == []

    clock.advance(minutes=1)
    worker.work()
    assert told(inbox) == ["stranger@example.com"]


def test_an_agency_can_send_none_and_its_people_get_theirs(
    resets: ResetStore, post: Post, smtp: SmtpMailer, inbox: MoodyInbox, people: People
) -> None:
    people.create("anngause")
    built = post.worker(smtp)
    none = replace(built, letters=replace(built.letters, strangers=replace(RULE, in_all=0)))
    asked(resets, none, "stranger@example.com", "anngause@example.com")

    assert told(inbox) == ["anngause@example.com"]


@pytest.mark.parametrize("key", ["anngause", "nobodyatall", "stranger@example.com"])
def test_the_worker_counts_mails_to_strangers_without_reading_the_requests_by_username(
    resets: ResetStore, worker: Worker, people: People, database: Database, key: str
) -> None:
    people.create("anngause")
    plans = plans_of(database, "SELECT (SELECT count(*)")
    asked(resets, worker, key)

    looks = [plan for plan in plans() if "outgoing_mail" in plan]
    assert looks == [
        "SEARCH outgoing_mail USING INDEX ix_outgoing_mail_mailbox_created_at (mailbox=? AND created_at>?)",
        "SEARCH outgoing_mail USING INDEX ix_outgoing_mail_domain_created_at (domain=? AND created_at>?)",
        "SEARCH outgoing_mail USING INDEX ix_outgoing_mail_address_created_at (created_at>?)",
    ]


def test_no_row_tells_which_address_got_a_mail(resets: ResetStore, worker: Worker, database: Database) -> None:
    asked(resets, worker, "target+1@victim.example")

    (mail,) = rows(database, OutgoingMail)
    assert len(mail.mailbox) == len(mail.domain) == 64
    assert "victim" not in repr(mail.model_dump())


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ann@example.com", "ann@example.com"),
        ("ann+cers@example.com", "ann@example.com"),
        ("ann+a+b@example.com", "ann@example.com"),
        ("ann.gause@example.com", "ann.gause@example.com"),
        ("ann.gause+x@gmail.com", "anngause@gmail.com"),
        ("anngause@googlemail.com", "anngause@gmail.com"),
        ("", "@"),
    ],
)
def test_addresses_of_one_mailbox_are_one(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox
