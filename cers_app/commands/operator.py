"""The person who runs a command, and the unit of work of the command."""

import os
import pwd
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cers_app.accounts import store
from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.sessions import Sessions
from cers_app.commands.one_line import ending
from cers_app.provided import provided
from cers_app.serving import database_check
from cers_app.settings import settings
from cers_app.storage import throttle
from cers_app.storage.database import Database
from cers_app.values.digests import IdentifierHash
from cers_app.values.identifiers import key_of
from cers_app.values.invisible import trimmed
from cers_app.values.world import World

LONGEST_ACTOR = 100
LONGEST_REASON = 100
REASON = "cers_app.reason"
LOGIN = Path("/proc/self/loginuid")
NO_LOGIN = 2**32 - 1
"""What Linux says about a process that nobody's login started."""
STATES = {
    AccountState.ACTIVE: "active",
    AccountState.NOT_ACTIVATED: "not activated",
    AccountState.DISABLED: "disabled",
}


def user_name(number: int) -> str:
    """The name of an operating-system user, or the number if the user has no name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def login_user(loginuid: Path = LOGIN) -> int:
    """The number of the user who logged in, also under sudo, or else of the user who runs this process.

    The environment does not count, because anyone can change it. Linux keeps the number from login to logout (audit).
    """
    try:
        number = int(loginuid.read_text("ascii"))
    except (OSError, ValueError):
        number = NO_LOGIN
    return os.getuid() if number == NO_LOGIN else number


def act() -> Act:
    """An act by the user who logged in, with the reason that `--reason` gave."""
    context = click.get_current_context(silent=True)
    actor = f"cli:{user_name(login_user())}"[:LONGEST_ACTOR]
    reason = context.meta.get(REASON, "") if context else ""
    return Act(actor, provided(World).now(), provided(Sessions), reason)


def _keep_reason(context: click.Context, _parameter: click.Parameter, given: str) -> None:
    if len(given) > LONGEST_REASON or not given.isprintable():
        raise click.BadParameter(f"Give the reason in one line of at most {LONGEST_REASON} characters.")
    context.meta[REASON] = trimmed(given)


reason = click.option(
    "--reason",
    default="",
    callback=_keep_reason,
    expose_value=False,
    help="why you do this, such as a ticket number. The audit log keeps it",
)
"""For commands that act on somebody's account. `act` finds what was given."""


@contextmanager
def writing(on: Connection | None = None) -> Iterator[Session]:
    """One unit of work. If the database is missing, behind or busy, the command ends with one line."""
    database_check.check(settings().sqlalchemy_url)
    with ending("Nothing was changed", SQLAlchemyError), provided(Database).writing(on=on) as session:
        yield session


@contextmanager
def staging() -> Iterator[Connection]:
    """A connection for temporary tables, for rows that take long to prepare. Nobody waits for it."""
    database_check.check(settings().sqlalchemy_url)
    with ending("Nothing was changed", SQLAlchemyError), provided(Database).staging() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Session]:
    """The same for a long look, which must not keep visitors from writing."""
    database_check.check(settings().sqlalchemy_url)
    with ending("Nothing was read", SQLAlchemyError), provided(Database).reading() as session:
        yield session


@contextmanager
def acting_on(typed: str) -> Iterator[tuple[Session, Account, Act]]:
    """One unit of work, the account with this username or email address, and this user's act."""
    key = key_of(typed)
    if not key:
        raise click.ClickException("That is neither a username nor an email address.")
    with writing() as session:
        account = store.find(session, key)
        if account is None:
            raise click.ClickException(f"No account has the username or email address {key}.")
        yield session, account, act()


def forget_failures(session: Session, keys: Iterable[str]) -> None:
    """Forget failed sign-ins with these normalized keys: strangers may have tried them before they had an owner."""
    throttle.forget_many(session, [each for key in keys for each in provided(IdentifierHash).every(key)])
