"""What staff read aloud to a caller, from what really happened to the request."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.accounts.sessions import Sessions
from cers_app.mail import outbox
from cers_app.mail.invitations import Invitations
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.smtp import SmtpMailer
from cers_app.recover_username.flow import RecoverUsername
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.support import store
from cers_app.support.sentences import sentence
from tests.integration.conftest import People, Post
from tests.support.accounts import made
from tests.support.composed import Composed
from tests.support.doubles import ANN, STRANGER, Clock
from tests.support.looking import hashed, mailed, rows
from tests.support.smtp import MoodyInbox

Explain = Callable[..., str]


@pytest.fixture
def explain(database: Database, clock: Clock) -> Explain:
    """What `support explain` says first: of a name, or of the request with a reference."""

    def explain(key: str = "anngause", reference: str = "") -> str:
        with database.reading() as session:
            whose = store.named(session, key, hashed.every(key))
            if reference:
                found = store.referred_to(session, reference)
                assert found is not None
                whose = found
            case, _ = store.look_up(session, whose, clock(), reference)
        return sentence(case, clock())

    return explain


@pytest.fixture
def invited(composed: Composed, database: Database, sessions: Sessions, clock: Clock) -> Account:
    """Ann, without a password, and invited."""
    account = made(database, clock(), "anngause")
    assert [number for number, _ in composed(Invitations).invite(Act("cli:bob", clock(), sessions), 10)] == [1]
    return account


def test_a_name_that_was_typed_wrong_is_nobodys(resets: ResetStore, clock: Clock, explain: Explain) -> None:
    for _ in range(3):
        resets.ask("drycleanr", ANN)
        clock.advance(minutes=2)

    assert explain("drycleanr") == (
        "Someone asked for a link to reset the password three times, the last time at 12:04 PM PDT."
        " No account has this name. Ask the caller to spell it."
    )
    assert explain("drycleaner") == (
        "Nobody asked for an email with this name in the last 30 days. No account has this name."
    )


def test_a_mailbox_that_does_not_exist(
    resets: ResetStore, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer, explain: Explain
) -> None:
    inbox.answers = ["550 5.1.1 no such user"]
    resets.ask(ann.username, ANN)
    post.worker(smtp).work()

    assert explain() == (
        "Someone asked for a link to reset the password at 12:00 PM PDT."
        " The email was refused: that mailbox does not exist (550 5.1.1)."
    )


def test_a_mail_that_has_to_wait(
    resets: ResetStore, ann: Account, post: Post, inbox: MoodyInbox, smtp: SmtpMailer, explain: Explain
) -> None:
    resets.ask(ann.username, ANN)
    assert explain().endswith("The email waits for its turn and leaves within minutes.")
    inbox.answers = ["451 4.7.1 greylisted"]
    post.worker(smtp).work()

    assert explain() == (
        "Someone asked for a link to reset the password at 12:00 PM PDT. The email has not arrived yet: the mail server"
        " wants the portal to wait (451 4.7.1). The portal tries again at 12:00 PM PDT."
    )


def test_a_link_that_a_scanner_opened_then_the_person_then_used(
    database: Database, resets: ResetStore, ann: Account, post: Post, clock: Clock, smtp: SmtpMailer, explain: Explain
) -> None:
    resets.ask(ann.username, ANN)
    clock.advance(seconds=30)
    post.worker(smtp).work()
    asked = "Someone asked for a link to reset the password at 12:00 PM PDT."
    took, until = "The mail server took the email at 12:00 PM PDT", "The link works until 1:00 PM PDT."
    assert explain() == f"{asked} {took}, and nobody opened the link. {until}"

    (link,) = rows(database, ResetLink)
    clock.advance(seconds=3)
    resets.opened(link.digest, STRANGER)
    assert explain() == (
        f"{asked} {took}. Seconds later a program opened the link, probably to look for viruses. That is harmless."
        f" {until}"
    )

    clock.advance(minutes=5)
    resets.opened(link.digest, ANN)
    assert explain() == (
        f"{asked} {took}. The link was opened at 12:05 PM PDT, but nobody chose a new password. {until}"
    )

    assert resets.consume(link.digest, "a hash", ANN)
    clock.advance(days=1)
    assert explain() == (
        "Someone asked for a link to reset the password on May 9, 2017 at 12:00 PM PDT."
        " The link was used on May 9, 2017 at 12:05 PM PDT, so the account has a new password."
    )


def test_a_link_that_expired_and_one_that_another_replaced(
    database: Database, resets: ResetStore, ann: Account, post: Post, clock: Clock, smtp: SmtpMailer, explain: Explain
) -> None:
    references = []
    for _ in range(2):
        references.append(resets.ask(ann.username, ANN))
        post.worker(smtp).work()
        clock.advance(minutes=2)
    newest = max(rows(database, ResetLink), key=lambda link: link.created_at)
    assert resets.consume(newest.digest, "a hash", ANN)
    assert explain(reference=references[0]).endswith(
        "The link was canceled at 12:04 PM PDT because a newer link was used."
    )

    resets.ask(ann.username, ANN)
    post.worker(smtp).work()
    clock.advance(hours=2)
    assert explain().endswith("and nobody opened the link. The link expired at 1:04 PM PDT.")


@pytest.mark.parametrize(
    ("state", "words"), [(AccountState.DISABLED, "disabled"), (AccountState.NOT_ACTIVATED, "not active yet")]
)
def test_an_account_that_cannot_be_used(
    resets: ResetStore, people: People, explain: Explain, state: AccountState, words: str
) -> None:
    people.create("sleeping", state=state)
    resets.ask("sleeping", ANN)

    assert explain("sleeping") == (
        "Someone asked for a link to reset the password at 12:00 PM PDT."
        f" The account is {words}. The email says so and names a contact."
    )


def test_each_request_has_its_reference_also_one_that_was_merged(
    database: Database, resets: ResetStore, ann: Account, post: Post, clock: Clock, smtp: SmtpMailer, explain: Explain
) -> None:
    first, unknown = resets.ask(ann.username, ANN), resets.ask("nobodyatall", ANN)
    post.worker(smtp).work()
    clock.advance(seconds=30)
    merged = resets.ask(ann.username, ANN)
    assert len({first, unknown, merged}) == 3
    assert {mail.reference for mail in rows(database, OutgoingMail)} == {first, unknown}

    assert "An earlier email was on its way or still worked, so the portal did not send another." in explain(
        reference=merged
    )
    assert "twice, the last time" in explain(reference=merged)
    assert "already" not in explain(reference=first)
    assert "twice" not in explain(reference=first)
    assert "No account has this name." in explain(reference=unknown)
    with database.reading() as session:
        assert store.referred_to(session, "AAAAAAAA") is None


def test_a_reference_is_found_behind_any_number_of_other_requests_and_after_any_time(
    resets: ResetStore, ann: Account, clock: Clock, explain: Explain
) -> None:
    reference = resets.ask(ann.username, ANN)
    for _ in range(60):
        clock.advance(minutes=1)
        resets.ask(ann.username, STRANGER)
    assert explain(reference=reference).startswith("Someone asked for a link to reset the password at 12:00 PM PDT.")

    clock.advance(days=31)
    assert explain(reference=reference).startswith("Someone asked for a link to reset the password on May 9, 2017")


def test_a_username_that_went_out(
    composed: Composed, ann: Account, post: Post, smtp: SmtpMailer, inbox: MoodyInbox, explain: Explain
) -> None:
    reminders = composed(RecoverUsername)._tables  # noqa: SLF001 - the store of this journey
    reference = reminders.ask(ann.email, replace(ANN, user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.0.0"))
    post.worker(smtp).work()

    assert explain() == (
        "Someone asked for the username at 12:00 PM PDT. The mail server took the email at 12:00 PM PDT."
        " Ask the caller to look in the spam folder."
    )
    (mail,) = inbox.mails
    assert f"Reference: {reference[:4]}-{reference[4:]}." in mail.text
    assert "from Chrome on Windows" in mail.text


def test_an_invitation_waits_leaves_and_comes_back(
    database: Database, invited: Account, post: Post, clock: Clock, smtp: SmtpMailer, explain: Explain
) -> None:
    said = "The owner was invited to set up a password at 12:00 PM PDT."
    without = "The caller does not need this email: Reset my Password works without it."
    assert explain() == f"{said} The email leaves at 12:00 PM PDT or later. {without}"

    clock.advance(minutes=2)
    assert explain() == f"{said} The email leaves at 12:02 PM PDT or later. {without}"
    post.worker(smtp).work()
    (mail,) = rows(database, OutgoingMail)
    took = "The mail server took the email at 12:02 PM PDT"
    assert explain() == f"{said} {took}. Ask the caller to look in the spam folder. {without}"
    assert explain(reference=mail.reference) == explain(invited.email) == explain()

    with database.writing() as session:
        outbox.mark_bounced(session.get_one(OutgoingMail, mail.id), "5.1.1")
    back = "but the email came back later: that mailbox does not exist (5.1.1)."
    assert explain() == f"{said} {took}, {back}"
    with database.writing() as session:
        session.delete(session.get_one(OutgoingMail, mail.id))
    assert explain() == f"{said} The portal no longer knows what became of the email."


@pytest.mark.usefixtures("invited")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("451 4.7.1 greylisted", "The portal tries again at 12:02 PM PDT. The caller does not need this email: "),
        ("550 5.1.1 no such user", "The email was refused: that mailbox does not exist (550 5.1.1)."),
    ],
)
def test_an_invitation_that_the_mail_server_does_not_take(
    post: Post, clock: Clock, smtp: SmtpMailer, inbox: MoodyInbox, explain: Explain, answer: str, words: str
) -> None:
    inbox.answers = [answer]
    clock.advance(minutes=2)
    post.worker(smtp).work()

    assert words in explain()


def test_an_invitation_that_nobody_needs_any_more(
    database: Database, invited: Account, post: Post, clock: Clock, smtp: SmtpMailer, explain: Explain
) -> None:
    with database.writing() as session:
        session.get_one(Account, invited.id).password_hash = "a hash"
    clock.advance(minutes=2)
    post.worker(smtp).work()

    assert explain() == (
        "The owner was invited to set up a password at 12:00 PM PDT. When the turn of the email came, the account had a"
        " password or was not active. So no email was sent."
    )


@pytest.mark.parametrize("state", [AccountState.DISABLED, AccountState.NOT_ACTIVATED])
def test_an_invitation_to_an_account_that_cannot_be_used(
    people: People, invited: Account, explain: Explain, state: AccountState
) -> None:
    people.set_state(invited, state)

    words = state.replace("_", " ")
    assert explain().endswith(f"The account is {words}, so nobody can set up a password.")


def test_whoever_asked_after_the_invitation_hears_of_the_request(
    invited: Account, resets: ResetStore, explain: Explain
) -> None:
    resets.ask(invited.username, ANN)

    assert explain().startswith("Someone asked for a link to reset the password at 12:00 PM PDT.")


def test_the_reference_of_a_changed_password_names_the_change(
    database: Database, resets: ResetStore, ann: Account, clock: Clock, explain: Explain
) -> None:
    assert resets.consume(mailed(database, ann, clock), "a hash", ANN)
    (mail,) = [mail for mail in rows(database, OutgoingMail) if mail.kind == MailKind.PASSWORD_CHANGED]

    assert explain(reference=mail.reference) == "The password was changed at 12:00 PM PDT."


def test_many_failed_sign_ins_do_not_hide_a_request(
    resets: ResetStore, signing_in: SignInStore, ann: Account, clock: Clock, explain: Explain
) -> None:
    reference = resets.ask(ann.username, ANN)
    for _ in range(60):
        clock.advance(minutes=2)
        signing_in.refuse(ann.username, signing_in.candidate(ann.username), STRANGER)

    for said in (explain(), explain(reference=reference)):
        assert said.startswith("Someone asked for a link to reset the password at 12:00 PM PDT.")
