"""The demo accounts of `make run` and `make dev`. Production refuses them."""

from contextlib import suppress

from cers_app.accounts.models import AccountState
from cers_app.commands.accounts import NotCreated, create_account
from cers_app.provided import provided
from cers_app.settings import Mode, settings
from cers_app.storage.database import Database

PASSWORD = "Ferry ticket 17 to the islands"  # noqa: S105 - printed on purpose, only for demo accounts

ACCOUNTS = (
    ("anngause@example.com", "anngause@example.com", ("Ann", "Gause"), AccountState.ACTIVE),
    ("drycleaner", "owner@drycleaner.example.com", ("Maria", "Lopez"), AccountState.ACTIVE),
    ("newcomer", "newcomer@example.com", ("Nick", "Comer"), AccountState.NOT_ACTIVATED),
    ("formeruser", "former@example.com", ("Fay", "Ormer"), AccountState.DISABLED),
)


def create_demo_accounts() -> None:
    """Create the missing demo accounts. Existing demo accounts keep their changes."""
    if settings().mode is Mode.PRODUCTION:
        raise RuntimeError("demo accounts are for development and test")
    for username, email, name, state in ACCOUNTS:
        with suppress(NotCreated):
            create_account(username, email, name, PASSWORD, state)
    provided(Database).close()


def lines() -> list[str]:
    """The lines that `make run` prints about the demo accounts."""
    rows = [f"  {username:<22} {state.replace('_', ' ')}" for username, _, _, state in ACCOUNTS]
    return ["Demo accounts (password, until you change it: " + PASSWORD + ")", *rows]
