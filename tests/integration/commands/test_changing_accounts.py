"""Support staff let people in, shut them out and give them another address."""

import pytest

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.models import Account, AccountState, Identifier, KnownBrowser, ResetLink
from cers_app.accounts.sessions import Sessions
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.provided import provided
from cers_app.storage.audit import AuditEvent
from cers_app.values.digests import sha256
from cers_app.values.events import Event
from tests.integration.commands.conftest import Desk
from tests.support.looking import everything_stored, rows


def reason_of(desk: Desk, digest: str) -> str | None:
    (link,) = [row for row in rows(desk.database, ResetLink) if row.digest == digest]
    return link.cancelled_why


def test_who_is_disabled_is_out_at_once_and_nobody_else_is(desk: Desk) -> None:
    ann, bob = desk.create("anngause"), desk.create("bobgause")
    hers, his = desk.sign_in(ann), desk.sign_in(bob)
    her_links, his_link = [desk.mail_link(ann), desk.mail_link(ann)], desk.mail_link(bob)

    said = desk.says("accounts", "disable", "AnnGause")

    assert said == "anngause is now disabled. 1 session ended, 2 reset links canceled.\n"
    assert desk.account(ann).state == AccountState.DISABLED
    assert provided(Sessions).check(hers) is None
    assert {reason_of(desk, digest) for digest in her_links} == {"account_disabled"}
    assert desk.account(bob).state == AccountState.ACTIVE
    assert provided(Sessions).check(his) is not None
    assert reason_of(desk, his_link) is None
    assert desk.written_down() == [(Event.ACCOUNT_DISABLED, ann.id, ""), (Event.SESSIONS_ENDED, ann.id, "1")]


def test_who_is_enabled_again_has_neither_the_old_session_nor_the_old_link(desk: Desk) -> None:
    ann = desk.create("anngause")
    session, link = desk.sign_in(ann), desk.mail_link(ann)
    desk.says("accounts", "disable", "anngause")

    assert desk.says("accounts", "enable", "anngause@example.com") == "anngause is active again.\n"
    assert desk.account(ann).state == AccountState.ACTIVE
    assert provided(Sessions).check(session) is None
    assert reason_of(desk, link) == "account_disabled"


def test_somebody_new_is_activated_once(desk: Desk) -> None:
    ann = desk.create("anngause", state=AccountState.NOT_ACTIVATED)

    assert desk.says("accounts", "activate", "anngause") == "anngause is now active.\n"
    assert desk.refuses("accounts", "activate", "anngause") == "anngause is already active."
    assert desk.written_down() == [(Event.ACCOUNT_ACTIVATED, ann.id, "")]


@pytest.mark.parametrize(
    ("command", "state", "words"),
    [
        ("activate", AccountState.ACTIVE, "anngause is already active."),
        ("activate", AccountState.DISABLED, "Use: accounts enable"),
        ("enable", AccountState.ACTIVE, "anngause is already active."),
        ("enable", AccountState.NOT_ACTIVATED, "Use: accounts activate"),
        ("disable", AccountState.DISABLED, "anngause is already disabled."),
    ],
)
def test_what_would_change_nothing_is_told_and_not_written_down(
    desk: Desk, command: str, state: AccountState, words: str
) -> None:
    ann = desk.create("anngause", state=state)

    assert words in desk.refuses("accounts", command, "anngause")
    assert desk.account(ann).state == state
    assert rows(desk.database, AuditEvent) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nobody1", "No account has the username or email address nobody1."),
        ("\u212aelvin", "neither a username nor an email address"),
        ("a" * 255, "neither a username nor an email address"),
        ("\x1b[2J", "neither a username nor an email address"),
    ],
)
def test_a_name_that_is_nobodys_changes_nobody(desk: Desk, typed: str, words: str) -> None:
    desk.create("anngause")
    before = everything_stored(desk.database)

    for command in ("show", "activate", "enable", "disable"):
        assert words in desk.refuses("accounts", command, typed)
    assert words in desk.refuses("accounts", "set-email", typed, "new@example.com")
    assert words in desk.refuses("support", "send-link", typed)
    assert everything_stored(desk.database) == before


def test_who_gets_another_address_is_let_out_and_the_former_mailbox_is_told(desk: Desk) -> None:
    ann, bob = desk.create("anngause"), desk.create("bobgause")
    session, link, his = desk.sign_in(ann), desk.mail_link(ann), desk.mail_link(bob)

    said = desk.says("accounts", "set-email", "anngause", " Ann.Gause@Example.com ")

    assert (
        "The account anngause now has the address Ann.Gause@Example.com. 1 session ended, 1 reset link canceled."
        in said
    )
    assert (desk.account(ann).username, desk.account(ann).email) == ("anngause", "Ann.Gause@Example.com")
    assert {row.key for row in rows(desk.database, Identifier) if row.account_id == ann.id} == {
        "anngause",
        "ann.gause@example.com",
    }
    assert provided(Sessions).check(session) is None
    assert (reason_of(desk, link), reason_of(desk, his)) == ("email_changed", None)
    (notice,) = [row for row in rows(desk.database, OutgoingMail) if row.kind == MailKind.EMAIL_CHANGED]
    assert (notice.account_id, notice.address) == (ann.id, "anngause@example.com")
    assert (Event.EMAIL_CHANGED, ann.id, "formerly an****se@example.com") in desk.written_down()


def test_support_signs_one_person_out_everywhere_and_ends_nothing_else(desk: Desk) -> None:
    ann, bob = desk.create("anngause"), desk.create("bobgause")
    hers, also_hers, link, his = desk.sign_in(ann), desk.sign_in(ann), desk.mail_link(ann), desk.sign_in(bob)

    assert desk.says("accounts", "end-sessions", "anngause") == "2 sessions of anngause ended.\n"
    assert (provided(Sessions).check(hers), provided(Sessions).check(also_hers)) == (None, None)
    assert provided(Sessions).check(his) is not None
    assert reason_of(desk, link) is None
    assert (Event.SESSIONS_ENDED, ann.id, "2") in desk.written_down()
    assert desk.says("accounts", "end-sessions", "anngause") == "0 sessions of anngause ended.\n"


def test_whoever_read_the_former_mailbox_has_no_password_and_no_known_browser_left(desk: Desk) -> None:
    ann, bob = desk.create("anngause"), desk.create("bobgause")
    known = provided(KnownBrowsers)
    for person in (ann, bob):
        known.remember_session(sha256(person.username), desk.sign_in(person))
        with desk.database.writing() as session:
            session.get_one(Account, person.id).password_hash = "a hash"

    said = desk.says("accounts", "set-email", "anngause", "ann@example.org", "--require-reset")
    desk.says("accounts", "set-email", "bobgause", "bob@example.org")

    assert "The password no longer works." in said
    assert (Event.EMAIL_CHANGED, ann.id, "formerly an****se@example.com; password made void") in desk.written_down()
    assert desk.account(ann).password_hash is None
    assert desk.account(bob).password_hash is not None, "only if support asks for it"
    assert {row.account_id for row in rows(desk.database, KnownBrowser)} == {bob.id}
    desk.says("support", "send-link", "anngause")


def test_a_username_that_is_the_address_changes_with_it(desk: Desk) -> None:
    ann = desk.create("anngause@example.com", "anngause@example.com")

    desk.says("accounts", "set-email", "anngause@example.com", "ann@example.com")

    assert (desk.account(ann).username, desk.account(ann).email) == ("ann@example.com", "ann@example.com")
    assert [row.key for row in rows(desk.database, Identifier)] == ["ann@example.com"]
    assert "No account" in desk.refuses("accounts", "show", "anngause@example.com")


def test_an_address_that_differs_in_capitals_alone_may_be_corrected(desk: Desk) -> None:
    ann = desk.create("anngause")

    desk.says("accounts", "set-email", "anngause", "AnnGause@example.com")

    assert desk.account(ann).email == "AnnGause@example.com"
    assert len(rows(desk.database, Identifier)) == 2


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("BobGause@example.com", "bobgause@example.com already belongs to an account."),
        ("anngause@example.com", "anngause already has the address anngause@example.com."),
        ("bobgause", "not in the correct format"),
        ("a@example.com,b@example.com", "not in the correct format"),
        ("a" * 250 + "@example.com", "not in the correct format"),
        ("", "not in the correct format"),
    ],
)
def test_an_address_that_cannot_be_hers_leaves_everything_as_it_was(desk: Desk, email: str, words: str) -> None:
    ann = desk.create("anngause")
    desk.create("bobgause")
    session, link = desk.sign_in(ann), desk.mail_link(ann)
    before = everything_stored(desk.database)

    assert words in desk.refuses("accounts", "set-email", "anngause", email)
    assert everything_stored(desk.database) == before
    assert provided(Sessions).check(session) is not None
    assert reason_of(desk, link) is None


def test_an_address_whose_notice_cannot_be_queued_is_not_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.create("anngause")
    before = everything_stored(desk.database)

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(outbox, "enqueue", broken)
    assert desk.types("accounts", "set-email", "anngause", "ann@example.com").exit_code == 1
    assert everything_stored(desk.database) == before
