"""New accounts, and the names they may have."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from cers_app.accounts import store
from cers_app.accounts.models import Account, AccountState, Identifier
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.store import IdentifierTaken, NewAccount
from cers_app.commands.accounts import NotCreated, accounts, create_account
from cers_app.composition import build
from cers_app.provided import provide, provided
from cers_app.settings import settings
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.events import Event
from tests.support.doubles import NEW_PASSWORD, NOON, OLD_PASSWORD
from tests.support.looking import everything_stored, in_parallel, rows

ANN = ("Ann", "Gause")


@pytest.fixture
def portal(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The command line's own services on this test's database."""
    monkeypatch.setenv("CERS_MODE", "test")
    monkeypatch.setenv("CERS_DATABASE_URL", url)
    settings.cache_clear()
    provide(lambda: build(settings()))
    yield provided(Database)
    provided(Database).close()
    settings.cache_clear()


def create(username: str, email: str, name: tuple[str, str] = ANN, password: str = NEW_PASSWORD) -> Account | str:
    try:
        return create_account(username, email, name, password, AccountState.ACTIVE)
    except NotCreated as refused:
        return refused.message


def test_an_account_is_created_with_its_two_names_and_written_down(portal: Database) -> None:
    assert isinstance(create("AnnGause", "Ann.Gause@Example.com"), Account)

    (account,), (event,) = rows(portal, Account), rows(portal, AuditEvent)
    assert (account.username, account.email, account.state) == ("AnnGause", "Ann.Gause@Example.com", "active")
    assert {row.key for row in rows(portal, Identifier)} == {"anngause", "ann.gause@example.com"}
    assert (event.event, event.account_id) == (Event.ACCOUNT_CREATED, account.id)
    assert event.actor.startswith("cli:")
    assert NEW_PASSWORD not in everything_stored(portal)


def test_an_older_account_may_have_its_own_address_as_its_username(portal: Database) -> None:
    assert isinstance(create("ann@example.com", "Ann@Example.com"), Account)
    assert [row.key for row in rows(portal, Identifier)] == ["ann@example.com"]


@pytest.mark.parametrize(
    ("username", "email", "name", "password", "words"),
    [
        ("anne", "ann@example.com", ANN, NEW_PASSWORD, "5 to 16"),
        ("a" * 17, "ann@example.com", ANN, NEW_PASSWORD, "5 to 16"),
        ("ann gause", "ann@example.com", ANN, NEW_PASSWORD, "5 to 16"),
        ("bob@example.com", "ann@example.com", ANN, NEW_PASSWORD, "own email address"),
        ("\u212aelvin", "ann@example.com", ANN, NEW_PASSWORD, "5 to 16"),
        ("anngause", "ann@example", ANN, NEW_PASSWORD, "email address"),
        ("anngause", "ann@example.com,eve@example.com", ANN, NEW_PASSWORD, "email address"),
        ("anngause", "ann@example.com", ("", " "), NEW_PASSWORD, "name"),
        ("anngause", "ann@example.com", ("Ann", "Gause\r\nBcc: x"), NEW_PASSWORD, "name"),
        ("anngause", "ann@example.com", ("A" * 101, "Gause"), NEW_PASSWORD, "name"),
        ("anngause", "ann@example.com", ANN, "short", "15"),
        ("anngause", "ann.long.name@example.com", ANN, "Ann.Long.Name@example.com", "."),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_is_stored(
    portal: Database, username: str, email: str, name: tuple[str, str], password: str, words: str
) -> None:
    outcome = create(username, email, name, password)

    assert isinstance(outcome, str)
    assert words in outcome
    assert rows(portal, Account) == []
    assert rows(portal, AuditEvent) == []


def test_the_command_reads_the_password_from_standard_input(portal: Database) -> None:
    words = ["create", "--username", "anngause", "--email", "ann@example.com"]
    words += ["--first-name", "Ann", "--last-name", "Gause", "--not-activated"]

    done = CliRunner().invoke(accounts, words, input=NEW_PASSWORD + "\n")
    again = CliRunner().invoke(accounts, words, input=NEW_PASSWORD + "\n")

    assert (done.exit_code, again.exit_code) == (0, 1)
    assert "already belongs to an account" in again.output
    assert NEW_PASSWORD not in done.output + again.output
    assert [account.state for account in rows(portal, Account)] == ["not_activated"]
    assert provided(Passwords).verify(rows(portal, Account)[0].password_hash, NEW_PASSWORD)


def new(username: str, email: str) -> NewAccount:
    return NewAccount(username, email, username, email, *ANN, OLD_PASSWORD)


@pytest.mark.parametrize(
    ("username", "email", "taken"),
    [
        ("anngause", "other@example.com", "anngause"),
        ("othername", "anngause@example.com", "anngause@example.com"),
        ("anngause@example.com", "anngause@example.com", "anngause@example.com"),
    ],
    ids=["username", "address", "another's address as username"],
)
def test_nobody_gets_a_name_that_is_somebodys(
    database: Database, ann: Account, username: str, email: str, taken: str
) -> None:
    with database.writing() as session:
        assert store.create(session, new(username, email), NOON) == IdentifierTaken(taken)

    assert [row.id for row in rows(database, Account)] == [ann.id]
    with database.writing() as session:
        assert isinstance(store.create(session, new("another", "another@example.com"), NOON), Account)


def test_of_many_who_want_a_name_at_once_one_gets_it(database: Database) -> None:
    def register(number: int) -> object:
        with database.writing() as session:
            return store.create(session, new("anngause", f"ann{number}@example.com"), NOON)

    outcomes = in_parallel(10, register)

    assert sum(isinstance(outcome, Account) for outcome in outcomes) == 1
    assert len(rows(database, Account)) == 1
    assert len(rows(database, Identifier)) == 2


def test_an_account_not_stored_yet_has_no_identity() -> None:
    account = Account(username="a", email="a@example.com", first_name="A", last_name="B", created_at=NOON)

    with pytest.raises(ValueError, match="not stored"):
        store.identity(account)
