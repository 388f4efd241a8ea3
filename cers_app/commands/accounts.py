"""`accounts create`: a new account from the command line."""

import getpass
import sys

import click

from cers_app import audit
from cers_app.accounts import password_policy, store
from cers_app.accounts.identifiers import Identifier, is_email, is_username, normalise
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.password_policy import Weak
from cers_app.accounts.store import IdentifierTaken, NewAccount
from cers_app.audit import Event
from cers_app.services import now, services
from cers_app.settings import settings
from cers_app.ui.texts.reset_password import weak

LONGEST_NAME = 100


@click.group()
def accounts() -> None:
    """Accounts."""


@accounts.command()
@click.option("--username", required=True, help="5 to 16 letters and digits, or the account's own email address")
@click.option("--email", required=True)
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--not-activated", is_flag=True, help="the account cannot be used yet")
def create(username: str, email: str, first_name: str, last_name: str, *, not_activated: bool) -> None:
    """Create an account; the password comes on standard input."""
    asked = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if asked else sys.stdin.readline().removesuffix("\n")
    state = AccountState.NOT_ACTIVATED if not_activated else AccountState.ACTIVE
    outcome = create_account(username, email, (first_name, last_name), password, state)
    if isinstance(outcome, str):
        raise click.ClickException(outcome)
    click.echo(f"Created the account {outcome.username}.")


def create_account(
    username: str, email: str, name: tuple[str, str], password: str, state: AccountState
) -> Account | str:
    """Check everything, then create the account; or what is wrong, in words."""
    keys = _keys(username, email)
    if isinstance(keys, str):
        return keys
    if any(not part.strip() or len(part) > LONGEST_NAME or not part.isprintable() for part in name):
        return "The first and the last name have 1 to 100 printable characters each."
    shortest = settings().password_min
    checked = password_policy.check(password, shortest=shortest, names=(username, email, " ".join(name)))
    if isinstance(checked, Weak):
        return weak(checked.weakness, shortest) + "."
    password_hash = services().passwords.hash(checked.password)
    new = NewAccount(*keys, username.strip(), email.strip(), name[0].strip(), name[1].strip(), password_hash, state)
    with services().database.writing() as session:
        outcome = store.create(session, new, now())
        if isinstance(outcome, IdentifierTaken):
            return f"{outcome.key} belongs to an account already."
        audit.record(session, Event.ACCOUNT_CREATED, at=now(), account_id=outcome.id, actor=f"cli:{getpass.getuser()}")
    return outcome


def _keys(username: str, email: str) -> tuple[str, str] | str:
    first, second = normalise(username), normalise(email)
    if not isinstance(second, Identifier) or not is_email(second.key):
        return "The email address is not in the correct format, like name@example.com."
    if not isinstance(first, Identifier) or not (is_username(first.key) or first.key == second.key):
        return "The username has 5 to 16 letters and digits, or is the account's own email address."
    return first.key, second.key
