"""A unit of work is kept whole or not at all, and units take turns."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cers_app.accounts.models import Account, AccountState
from cers_app.storage.database import Database
from tests.support.doubles import NOON, OLD_PASSWORD
from tests.support.looking import rows
from tests.support.waiting import eventually


def test_a_unit_of_work_that_breaks_leaves_nothing_behind(database: Database) -> None:
    def work(*, breaks: bool) -> None:
        with database.writing() as session:
            session.add(
                Account(
                    username="halfmade",
                    email="halfmade@example.com",
                    first_name="H",
                    last_name="M",
                    password_hash=OLD_PASSWORD,
                    state=AccountState.ACTIVE,
                    created_at=NOON,
                )
            )
            session.flush()
            if breaks:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        work(breaks=True)
    assert rows(database, Account) == []

    work(breaks=False)
    assert len(rows(database, Account)) == 1


def test_a_unit_that_is_needed_soon_waits_for_few_others(database: Database) -> None:
    done, passed = list[str](), list[int]()

    def others() -> None:
        for _ in range(60):
            with database.writing():
                done.append("a unit")
                time.sleep(0.001)

    with ThreadPoolExecutor(8) as crowd:
        running = [crowd.submit(others) for _ in range(8)]
        eventually(lambda: len(done) > 8, "the crowd is not there", 0.001)
        for _ in range(20):
            before = len(done)
            with database.writing(soon=True):
                passed.append(len(done) - before)
        assert not all(each.done() for each in running), "the crowd was there all the time"

    assert sorted(passed)[-3] <= 3, passed
