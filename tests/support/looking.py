"""Looking into the database, and doing the same thing many times at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlmodel import Session, SQLModel, select

from cers_app.accounts.models import Account, ResetLink
from cers_app.accounts.sessions import Sessions
from cers_app.composition.world import new_id, new_token
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Origin
from cers_app.sign_in.flow import SignedIn
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.storage.guesses import GuessesRule
from cers_app.storage.throttle import FailureRule
from cers_app.values.digests import IdentifierHash, KeyedHash, session_digest, sha256
from cers_app.values.visitor import Visitor
from tests.support.composed import KEY
from tests.support.doubles import ANN, Clock, world_at

Row = TypeVar("Row", bound=SQLModel)
Result = TypeVar("Result")
KEYED = KeyedHash(KEY)
BROWSER = sha256("the browser cookie since the sign-in")
LIFE = timedelta(minutes=60)
FAILURES = FailureRule(failures=5, window=timedelta(minutes=5), longest=timedelta(minutes=15))
GUESSES = GuessesRule(failures=100, window=timedelta(days=30), a_day=10)


hashed = IdentifierHash(KEYED)
"""The key under which an identifier is counted."""


def rows(database: Database, table: type[Row]) -> list[Row]:
    """Every row of a table."""
    with database.reading() as session:
        return list(session.exec(select(table)))


def everything_stored(database: Database) -> str:
    """Every value of every table, to look for what must not stand there."""
    with database.reading() as session:
        tables = session.connection().execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        return "\n".join(row for table in list(tables) for row in _all(session, table))


def _all(session: Session, table: str) -> list[str]:
    found = session.connection().execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608 - a table's own name
    return [repr(tuple(row)) for row in found]


def in_parallel(number: int, work: Callable[[int], Result]) -> list[Result]:
    """The same work in many threads, let go at once."""
    barrier = Barrier(number)

    def one(index: int) -> Result:
        barrier.wait(60)
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def mailed(database: Database, account: Account, clock: Clock) -> str:
    """A live link of an account's, as the mail worker stores it; its digest."""
    digest = sha256(new_token())
    with database.writing() as session:
        assert account.id is not None
        session.add(
            ResetLink(
                digest=digest,
                public_id=new_id(),
                account_id=account.id,
                mail_id=outbox.enqueue(session, world_at(clock), MailKind.RESET_LINK, account.id, Origin("")),
                created_at=clock(),
                expires_at=clock() + LIFE,
                opened_at=clock(),
            )
        )
    return digest


def accepted(signing_in: SignInStore, key: str, visitor: Visitor = ANN) -> str:
    """Somebody gave the right password; the claim code."""
    outcome = signing_in.accept(signing_in.candidate(key), signing_in.bucket(key, visitor), None, visitor)
    assert isinstance(outcome, SignedIn)
    return outcome.claim


def opened(sessions: Sessions, code: str, visitor: Visitor = ANN, replaced: str = "") -> str | None:
    """Swap a claim code for a session in a browser; what its requests show of it."""
    token = sessions.open(code, visitor, BROWSER, replaced)
    return token and session_digest(token, BROWSER)


def statements_of(database: Database, breaks_at: int) -> list[str]:
    """The statements from now on, commits too; the one with this number is carried out and then breaks."""
    seen: list[str] = []

    def count(statement: str) -> None:
        seen.append(statement)
        if len(seen) == breaks_at:
            raise RuntimeError(statement)

    event.listen(database.engine, "after_cursor_execute", lambda _c, _u, statement, *_: count(statement))
    event.listen(database.engine, "commit", lambda _connection: count("COMMIT"))
    return seen


def plans_of(database: Database, beginning: str) -> Callable[[], list[str]]:
    """How SQLite looks up the rows of each statement from now on that begins so."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith(beginning):
            seen.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)

    def plans() -> list[str]:
        with database.engine.connect() as connection:
            found = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", values) for each, values in seen[:]]
            return [row[-1] for plan in found for row in plan]

    return plans
