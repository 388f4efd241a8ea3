"""Whoever gets a name does not wait for the guesses that strangers made while it was nobody's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cers_app.accounts.models import AccountState
from cers_app.commands.accounts import create_account
from cers_app.provided import provided
from cers_app.sign_in.flow import NotRecognized, SignIn, SignInForm
from cers_app.values.limits import TooManyRequests
from cers_app.values.visitor import Visitor
from tests.integration.commands.conftest import Desk
from tests.support.doubles import NEW_PASSWORD
from tests.support.signing_in import submitted

BYSTANDER = "bystander@example.com"


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """One failure is enough: each costs a real hash."""
    monkeypatch.setenv("CERS_LIMIT_SIGN_IN_FAILURES", "1")


def guess(name: str, number: int) -> NotRecognized | TooManyRequests:
    """A stranger's guess, each from another address."""
    ip = f"192.0.2.{number}"
    visitor = Visitor(ip, ip, "", f"request {number}")
    outcome = submitted(provided(SignIn), SignInForm(name, "a guess that is wrong"), visitor)
    assert isinstance(outcome, NotRecognized | TooManyRequests)
    return outcome


@contextmanager
def guessed_at(*names: str) -> Iterator[None]:
    """Names that must wait; afterwards they need not, and the name of somebody else still must."""
    for name in (*names, BYSTANDER):
        assert isinstance(guess(name, 6), NotRecognized)
        assert isinstance(guess(name, 7), TooManyRequests)
    yield
    assert [type(guess(name, 8)) for name in names] == [NotRecognized] * len(names)
    assert isinstance(guess(BYSTANDER, 8), TooManyRequests)


@pytest.mark.usefixtures("desk")
def test_a_new_account_begins_without_failures() -> None:
    with guessed_at("annnew", "annnew@example.com"):
        create_account("annnew", "annnew@example.com", ("Ann", "Gause"), NEW_PASSWORD, AccountState.ACTIVE)


def test_a_new_address_begins_without_failures(desk: Desk) -> None:
    desk.create("anngause")
    with guessed_at("another@example.com"):
        desk.says("accounts", "set-email", "anngause", "another@example.com")


def test_imported_accounts_begin_without_failures(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("username,email,first_name,last_name\nannnew,annnew@example.com,Ann,Gause\n", "utf-8")
    with guessed_at("annnew", "annnew@example.com"):
        desk.says("accounts", "import", str(file))
