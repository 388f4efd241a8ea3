"""What a mail costs the database. Whoever it is for, the cost is the same."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from cers_app.accounts.models import Account
from cers_app.mail.smtp import SmtpMailer
from cers_app.mail_request.store import RequestStore
from cers_app.reset_password.store import ResetStore
from cers_app.storage.database import Database
from tests.integration.conftest import Post
from tests.support.doubles import ANN, Clock
from tests.support.looking import statements_of

KNOWN, UNKNOWN, WITHOUT_ACCOUNT = "anngause", "nobodyatall", "stranger@example.com"
WRITES = ("INSERT", "UPDATE", "DELETE")
Cost = Callable[..., list[list[str]]]


@pytest.fixture
def cost(database: Database, post: Post, smtp: SmtpMailer, clock: Clock, ann: Account) -> Cost:
    """Ask for a mail and send it; the statements of each write transaction of the worker."""
    worker = post.worker(smtp)
    assert ann.username == KNOWN

    def send(store: RequestStore, *keys: str) -> list[list[str]]:
        clock.advance(hours=2)
        for key in keys:
            store.ask(key, ANN)
        seen = statements_of(database, 0)
        assert worker.work() == len(keys)
        begun = [place for place, statement in enumerate(seen) if statement == "BEGIN IMMEDIATE"]
        return [seen[first:end] for first, end in pairwise([*begun, len(seen)])]

    return send


def writes(transaction: list[str]) -> bool:
    return any(statement.startswith(WRITES) for statement in transaction)


@pytest.mark.parametrize("journey", ["resets", "reminders"])
@pytest.mark.parametrize("key", [KNOWN, UNKNOWN, WITHOUT_ACCOUNT])
def test_a_mail_costs_two_write_transactions_after_the_look_at_the_queue(
    request: pytest.FixtureRequest, cost: Cost, journey: str, key: str
) -> None:
    look, *others = cost(request.getfixturevalue(journey), key)

    assert not writes(look)
    assert [writes(transaction) for transaction in others] == [True, True]


@pytest.mark.parametrize("journey", ["resets", "reminders"])
def test_a_row_for_nobody_costs_the_same_statements(request: pytest.FixtureRequest, cost: Cost, journey: str) -> None:
    store: RequestStore = request.getfixturevalue(journey)
    known, unknown, without_account = (cost(store, key) for key in (KNOWN, UNKNOWN, WITHOUT_ACCOUNT))

    # The second transaction ends in the audit, which looks for an earlier row of the same account or of nobody.
    assert known[:2] == unknown[:2] == without_account[:2]
    assert [len(each) for each in known] == [len(each) for each in unknown] == [len(each) for each in without_account]


def test_a_batch_looks_at_the_queue_once_and_records_a_mail_with_the_next_one(cost: Cost, resets: ResetStore) -> None:
    assert len(cost(resets, KNOWN, UNKNOWN, WITHOUT_ACCOUNT)) == 1 + 3 + 1
