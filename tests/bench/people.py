"""The accounts that are asked for, and a database full of others."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from argon2 import PasswordHasher

from cers_app.accounts import store
from cers_app.accounts.models import AccountState
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.store import NewAccount
from cers_app.composition.world import now
from cers_app.storage.database import Database
from tests.support.portal import PASSWORD

POOL = 20
"""Different names of a class, used in turn."""
ACTIVE, DISABLED, NOT_ACTIVATED, OLD_HASH, NOBODY = "active", "closed", "unused", "oldish", "nobody"
"""What a person's username begins with; all of one length, so that messages are too."""
STATES = {
    ACTIVE: AccountState.ACTIVE,
    DISABLED: AccountState.DISABLED,
    NOT_ACTIVATED: AccountState.NOT_ACTIVATED,
    OLD_HASH: AccountState.ACTIVE,
}
COLUMNS = "username, email, first_name, last_name, password_hash, state, created_at"


@lru_cache(maxsize=1)
def hashes() -> tuple[str, str]:
    """The hash of everybody's password with today's parameters, and with older ones of a tenth of the cost."""
    return Passwords().hash(PASSWORD), PasswordHasher(time_cost=2, memory_cost=8192, parallelism=4).hash(PASSWORD)


def name(group: str, number: int) -> str:
    """A username of a group; after `POOL` they begin anew."""
    return f"{group}{number % POOL:03}"


def populate(database: Database) -> None:
    """Create everybody of every group but `NOBODY`."""
    today, older = hashes()
    with database.writing() as session:
        for group, state in STATES.items():
            for username in (name(group, number) for number in range(POOL)):
                email, stored = f"{username}@example.com", older if group == OLD_HASH else today
                store.create(
                    session, NewAccount(username, email, username, email, "Ann", "Gause", stored, state), now()
                )


def crowd(path: str, number: int) -> None:
    """Fill the tables of a SQLite file with `number` accounts.

    One big insert a table, beside the portal's own code: it is not what is measured.
    """
    stored, at = hashes()[0], datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            f"INSERT INTO account (id, {COLUMNS}) VALUES (?, ?, ?, 'Ann', 'Gause', ?, 'active', ?)",  # noqa: S608
            ((each, f"p{each:08}", f"p{each:08}@example.org", stored, at) for each in range(1, number + 1)),
        )
        connection.executemany("INSERT INTO identifier (key, account_id) VALUES (?, ?)", _keys(number))
    connection.close()


def past(path: str, number: int) -> None:
    """What `number` requests and refusals of some months ago left in the audit, every other one by nobody."""
    connection = sqlite3.connect(path, timeout=60)
    with connection:
        connection.executemany(
            "INSERT INTO audit_event (at, last_at, count, event, detail, account_id, identifier, actor, ip, request_id)"
            " VALUES ('2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 1, ?, ?, ?, ?, 'visitor', '::1', '')",
            _history(number),
        )
    connection.close()


def posted(path: str, number: int) -> None:
    """What `number` mails of the last weeks left in the queue."""
    connection = sqlite3.connect(path, timeout=60)
    with connection:
        connection.executemany(
            "INSERT INTO outgoing_mail (id, kind, identifier, account_id, address, template, language, state,"
            " created_at, due_at, attempts, sent_at, why, request_id)"
            " VALUES (?, 'reset_link', ?, ?, '', '', 'en', 'sent',"
            " '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 1, '2026-01-01 00:00:00.000000', '', '')",
            ((f"{each:032x}", f"{each:064x}", each) for each in range(1, number + 1)),
        )
    connection.close()


def _keys(number: int) -> Iterator[tuple[str, int]]:
    for each in range(1, number + 1):
        yield f"p{each:08}", each
        yield f"p{each:08}@example.org", each


def _history(number: int) -> Iterator[tuple[str, str, int | None, str]]:
    kinds = (("link_asked", "queued"), ("reminder_asked", "queued"), ("sign_in_refused", "sign-in"))
    for each in range(1, number + 1):
        known = each % 2 == 0
        yield *kinds[each % 3], each if known else None, "" if known else f"{each:064x}"
