"""The person who runs a command, and the unit of work of the command."""

import os
import pwd
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cers_app.accounts import store
from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.sessions import Sessions
from cers_app.commands import migrations
from cers_app.commands.one_line import ending
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import throttle
from cers_app.storage.database import Database
from cers_app.values.digests import IdentifierHash
from cers_app.values.identifiers import key_of
from cers_app.values.world import World

LONGEST_ACTOR = 100
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


def act() -> Act:
    """An act by the user of this process. The environment does not count, because anyone can change it."""
    return Act(f"cli:{user_name(os.getuid())}"[:LONGEST_ACTOR], provided(World).now(), provided(Sessions))


@contextmanager
def writing() -> Iterator[Session]:
    """One unit of work. If the database is missing, behind or busy, the command ends with one line."""
    migrations.check(settings().sqlalchemy_url)
    with ending("Nothing was changed", SQLAlchemyError), provided(Database).writing() as session:
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
    throttle.forget_many(session, [provided(IdentifierHash)(key) for key in keys])
