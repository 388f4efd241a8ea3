"""Somebody's account, straight into a database."""

from datetime import datetime

from cers_app.accounts import store
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.store import NewAccount
from cers_app.storage.database import Database


def made(
    database: Database,
    at: datetime,
    username: str,
    email: str = "",
    state: AccountState = AccountState.ACTIVE,
    password_hash: str | None = None,
) -> Account:
    """The account of Ann Gause, under any name."""
    email = email or f"{username}@example.com"
    new = NewAccount(username, email, username, email, "Ann", "Gause", password_hash, state)
    with database.writing() as session:
        account = store.create(session, new, at)
    assert isinstance(account, Account), account
    return account
