"""Slow work in threads of its own: bounded, and never holding up the rest."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from cers_app.background.pools import NICER, BoundedPool, Busy, HashingPool, LowPriorityPool
from cers_app.values.metrics import Hashing

PATIENCE = 60


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Slow work waits for it; opened at the end, so that no thread is left behind."""
    event = threading.Event()
    yield event
    event.set()


def test_work_is_done_in_a_thread_of_the_pools_own() -> None:
    async def scenario() -> tuple[int, str] | Busy:
        return await BoundedPool("hashing", 1, 1).run_for(
            "one", lambda number: (number, threading.current_thread().name), 7
        )

    done = asyncio.run(scenario())

    assert not isinstance(done, Busy)
    assert done[0] == 7
    assert done[1].startswith("hashing")


def test_who_finds_no_place_is_told_at_once_and_nothing_is_done(gate: threading.Event) -> None:
    done: list[str] = []

    async def scenario() -> list[object]:
        pool = BoundedPool("hashing", 1, 1)

        def work(name: str) -> str:
            gate.wait(PATIENCE)
            done.append(name)
            return name

        first, second = (asyncio.create_task(pool.run_for(name, work, name)) for name in ("first", "second"))
        await asyncio.sleep(0)
        refused = await pool.run_for("third", work, "third")
        gate.set()
        return [refused, await first, await second, await pool.run_for("fourth", work, "fourth")]

    assert asyncio.run(scenario()) == [Busy(), "first", "second", "fourth"]
    assert done == ["first", "second", "fourth"]


def test_one_address_takes_only_its_share_and_gets_it_back_when_its_work_is_done(gate: threading.Event) -> None:
    async def scenario() -> list[object]:
        pool = BoundedPool("hashing", 1, 5, 2)
        waiting = [asyncio.create_task(pool.run_for("greedy", gate.wait, PATIENCE)) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await pool.run_for("greedy", gate.wait, PATIENCE)
        other = asyncio.create_task(pool.run_for("somebody else", lambda: "served"))
        await asyncio.sleep(0)
        gate.set()
        await waiting[0]
        answers = [refused, await other]
        await asyncio.sleep(0.05)
        return [*answers, await pool.run_for("greedy", lambda: "again")]

    assert asyncio.run(scenario()) == [Busy(), "served", "again"]


@pytest.mark.parametrize(("is_limited", "served"), [(True, 22), (False, 66)])
def test_one_address_gets_a_third_of_the_hashing_places(
    gate: threading.Event, *, is_limited: bool, served: int
) -> None:
    async def scenario() -> list[object]:
        pool = HashingPool("hashing", 2, 64, is_limited=is_limited)
        tasks = [asyncio.create_task(pool.run_for("one", gate.wait, PATIENCE)) for _ in range(70)]
        await asyncio.sleep(0)
        gate.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(scenario()).count(True) == served


@pytest.mark.parametrize("what", Hashing)
def test_only_what_hashes_counts_as_hashing_and_only_when_there_was_a_place(what: Hashing) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("cers_hashing_seconds_count", {"work": what}) or 0

    before = counted()
    asyncio.run(BoundedPool("speaking", 1, 1).run_for("one", os.getpid))
    asyncio.run(HashingPool("hashing", 1, -1, is_limited=False).hash_for("one", what, os.getpid))
    assert counted() == before
    asyncio.run(HashingPool("hashing", 1, 1, is_limited=False).hash_for("one", what, os.getpid))
    assert counted() == before + 1


def test_the_labels_that_dashboards_ask_for_stay() -> None:
    assert list(Hashing) == ["SignIn.submit", "PasswordReset.change", "AccountDesk.change_password"]


def test_the_loop_goes_on_while_work_is_slow(gate: threading.Event) -> None:
    async def scenario() -> bool:
        pool = BoundedPool("hashing", 1, 0)
        slow = asyncio.create_task(pool.run_for("one", gate.wait, PATIENCE))
        await asyncio.sleep(0)
        assert not slow.done()
        gate.set()  # could not be reached if the work held the loop
        return await slow is True

    assert asyncio.run(scenario())


def test_a_place_is_free_again_after_work_that_failed() -> None:
    async def scenario() -> int | Busy:
        pool = BoundedPool("hashing", 1, 0)
        with pytest.raises(ZeroDivisionError):
            await pool.run_for("one", lambda: 1 // 0)
        return await pool.run_for("one", lambda: 1)

    assert asyncio.run(scenario()) == 1


def test_a_place_is_not_free_when_somebody_merely_stopped_waiting(gate: threading.Event) -> None:
    async def scenario() -> list[object]:
        pool, running, ended = BoundedPool("hashing", 1, 0), threading.Event(), threading.Event()

        def work() -> None:
            running.set()
            gate.wait(PATIENCE)
            ended.set()

        impatient = asyncio.create_task(pool.run_for("one", work))
        await asyncio.to_thread(running.wait, PATIENCE)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        meanwhile = await pool.run_for("one", lambda: 1)
        gate.set()
        await asyncio.to_thread(ended.wait, PATIENCE)
        afterwards: object = Busy()
        for _ in range(1000):
            afterwards = await pool.run_for("one", lambda: 2)
            if afterwards == 2:
                break
            await asyncio.to_thread(lambda: None)
        return [meanwhile, afterwards]

    assert asyncio.run(scenario()) == [Busy(), 2]


def test_work_that_ends_after_the_loop_is_no_error(gate: threading.Event, caplog: pytest.LogCaptureFixture) -> None:
    pool, ended = BoundedPool("hashing", 1, 0), threading.Event()

    async def scenario() -> None:
        task = asyncio.create_task(pool.run_for("one", gate.wait, PATIENCE))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(scenario())
    pool._pool.submit(ended.set)  # noqa: SLF001 - the next work in the same thread shows that it still lives
    assert not ended.is_set()
    gate.set()
    assert ended.wait(PATIENCE)
    assert caplog.records == []


def test_what_only_computes_stands_back_where_threads_have_priorities_and_the_caller_does_not() -> None:
    is_linux = sys.platform == "linux"

    def nice() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id() if is_linux else 0)

    before = nice()

    assert LowPriorityPool(1).run(nice) == (min(19, before + NICER) if is_linux else before)
    assert nice() == before


def test_a_low_priority_pool_gives_the_result_or_the_error() -> None:
    pool = LowPriorityPool(1)

    assert pool.run(lambda: threading.current_thread().name).startswith("background")
    with pytest.raises(ZeroDivisionError):
        pool.run(lambda: 1 // 0)


def test_a_low_priority_pool_computes_only_so_much_at_once(gate: threading.Event) -> None:
    pool, running = LowPriorityPool(2), list[int]()

    def work() -> None:
        running.append(1)
        gate.wait(PATIENCE)

    callers = [threading.Thread(target=pool.run, args=(work,)) for _ in range(3)]
    for caller in callers:
        caller.start()
    time.sleep(0.1)
    assert len(running) == 2
    gate.set()
    for caller in callers:
        caller.join(PATIENCE)
    assert len(running) == 3
