"""What a signed-in person may do: change the password, sign out everywhere."""

import pytest

from cers_app.new_password.judge import Judge
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.values.events import Event
from cers_app.values.limits import TooManyRequests
from cers_app.your_account.flow import YourAccount
from cers_app.your_account.outcomes import (
    ChangePasswordForm,
    Incomplete,
    NotSignedIn,
    Overview,
    Owner,
    SamePassword,
    WrongPassword,
)
from tests.support.doubles import ANN, NEW_PASSWORD, NOON, OLD_PASSWORD, Clock, Gate, ReadablePasswords
from tests.support.tables_in_memory import AccountTablesInMemory

SESSION = "the digest of a session"
NAMES = ("anngause", "anngause@example.com", "Ann Gause")
OWNER = Owner(SESSION, 7, NAMES, f"hash of {OLD_PASSWORD}", "failures of 7")


class Office:
    """The flow, and everything it was given."""

    def __init__(self) -> None:
        self.tables, self.passwords, self.failures = AccountTablesInMemory(), ReadablePasswords(), Gate()
        self.tables.owners[SESSION] = OWNER
        self.presses, self.questions = Gate(), Gate()
        judge = Judge(15, presses=self.presses, questions=self.questions)
        self.desk = YourAccount(self.tables, self.passwords, self.failures, judge, Clock())

    def change(self, current: str = OLD_PASSWORD, new: str = NEW_PASSWORD, digest: str = SESSION) -> object:
        decided = self.desk.decide(ChangePasswordForm(current, new), digest)
        return self.desk.change_password(current, decided, digest, ANN) if isinstance(decided, Strong) else decided


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_right_password_and_a_good_new_one_change_it(office: Office) -> None:
    assert office.change() == PasswordChanged()

    assert office.tables.hashes == {7: f"hash of {NEW_PASSWORD}"}
    assert office.tables.refusals == []
    assert office.tables.forgiven == [7]


def test_a_wrong_current_password_is_counted_and_changes_nothing(office: Office) -> None:
    assert office.change("not the password") == WrongPassword()

    assert office.tables.refusals == [(Event.PASSWORD_REFUSED, 7)]
    assert office.failures.taken == ["failures of 7"]
    assert office.tables.forgiven == []
    assert office.tables.hashes == {}


def test_who_guessed_too_often_waits_even_with_the_right_one(office: Office) -> None:
    office.failures.retry_at = NOON

    assert office.change() == TooManyRequests(NOON)
    assert office.tables.refusals == [(Event.THROTTLED, 7)]
    assert office.passwords.verified == []
    assert office.tables.hashes == {}


@pytest.mark.parametrize(
    ("current", "new", "outcome"),
    [
        ("", NEW_PASSWORD, Incomplete(current=True, new=False)),
        (OLD_PASSWORD, "", Incomplete(current=False, new=True)),
        ("", "", Incomplete(current=True, new=True)),
    ],
)
def test_an_incomplete_form_counts_as_no_attempt(office: Office, current: str, new: str, outcome: Incomplete) -> None:
    assert office.change(current, new) == outcome

    assert office.failures.taken == []
    assert office.tables.hashes == {}


def test_without_a_live_session_nothing_is_even_tried(office: Office) -> None:
    assert office.change(digest="") == office.change(digest="another") == NotSignedIn()

    assert office.passwords.verified == []
    assert office.failures.taken == []


def test_the_new_password_is_neither_the_old_one_nor_weak(office: Office) -> None:
    assert office.change(new=OLD_PASSWORD) == SamePassword()
    assert office.change(new=OLD_PASSWORD.replace(" ", "\u00a0")) == SamePassword()
    assert office.change(new="fourteen chars") == Weak.TOO_SHORT
    assert office.change(new="AnnGause@Example.com") == Weak.IS_YOUR_NAME

    assert office.passwords.hashed == []
    assert office.tables.hashes == {}


def test_who_is_overtaken_by_a_reset_changes_nothing(office: Office) -> None:
    office.tables.is_overtaken = True

    assert office.change() == NotSignedIn()
    assert office.tables.hashes == {}


def test_the_account_is_shown_to_whoever_is_signed_in(office: Office) -> None:
    view = Overview("Ann Gause", "anngause", "anngause@example.com", None, (), (), NOON, is_extendable=True)
    office.tables.views[SESSION] = view

    assert office.desk.overview(SESSION) == view
    assert office.desk.overview("another") == NotSignedIn()


def test_another_browser_is_signed_out_by_the_owner_alone(office: Office) -> None:
    office.desk.end_one("of another browser", SESSION, ANN)
    office.desk.end_one("of another browser", "another", ANN)

    assert office.tables.ended == ["of another browser"]


def test_signing_out_everywhere_needs_a_live_session(office: Office) -> None:
    assert office.desk.end_everywhere(SESSION, ANN) == 1
    assert office.desk.end_everywhere("another", ANN) == 0


def test_the_form_takes_only_texts() -> None:
    assert ChangePasswordForm.parse({"current": " a ", "password": "b"}) == ChangePasswordForm(" a ", "b")
    assert ChangePasswordForm.parse({"current": 1, "password": ["b"]}) == ChangePasswordForm("", "")
