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
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import throttle
from cers_app.storage.database import Database
from cers_app.values.digests import IdentifierHash
from cers_app.values.identifiers import Identifier, normalise
from cers_app.values.world import World

LONGEST_ACTOR = 100
STATES = {
    AccountState.ACTIVE: "active",
    AccountState.NOT_ACTIVATED: "not activated",
    AccountState.DISABLED: "disabled",
}


def actor() -> str:
    """The operating-system user, read from the process because anyone can change the environment."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    return f"cli:{name}"[:LONGEST_ACTOR]


def act() -> Act:
    """An act of this user at this moment."""
    return Act(actor(), provided(World).now(), provided(Sessions))


@contextmanager
def writing() -> Iterator[Session]:
    """One unit of work. If the database is missing, behind or busy, the command ends with one line."""
    advice = migrations.advice(settings().sqlalchemy_url)
    if advice:
        raise click.ClickException(advice)
    try:
        with provided(Database).writing() as session:
            yield session
    except SQLAlchemyError as broken:
        msg = f"The database refused the change ({type(broken).__name__}). Nothing was changed. Try again in a minute."
        raise click.ClickException(msg) from None


def account_named(session: Session, typed: str) -> Account:
    """The account with this username or email address. Raises `click.ClickException`."""
    name = normalise(typed)
    if not isinstance(name, Identifier):
        msg = "That is neither a username nor an email address."
        raise click.ClickException(msg)
    account = store.find(session, name.key)
    if account is None:
        msg = f"No account has the username or email address {name.key}."
        raise click.ClickException(msg)
    return account


def forget_failures(session: Session, keys: Iterable[str]) -> None:
    """Forget failed sign-ins with these normalized keys. Strangers may have guessed before the keys had an owner."""
    throttle.forget_many(session, [provided(IdentifierHash)(key) for key in keys])
