"""Work done again and again: on time, whatever happened the last time, and not after the end."""

import asyncio
import threading

import pytest

from cers_app.background import periodic

PATIENCE = 60


def test_the_work_is_done_again_although_it_broke(caplog: pytest.LogCaptureFixture) -> None:
    turns, enough = list[int](), threading.Event()

    def work() -> None:
        turns.append(1)
        if len(turns) == 3:
            enough.set()
        msg = "a value that stays out of the log"
        raise ValueError(msg)

    async def scenario() -> None:
        async with periodic.every(0.01, work, first=0, name="the broom"):
            await asyncio.to_thread(enough.wait, PATIENCE)

    asyncio.run(scenario())

    assert enough.is_set()
    assert "the broom failed: ValueError. It will retry in 0.01 s" in caplog.text
    assert "a value" not in caplog.text


def test_nothing_is_done_before_its_time_and_the_end_waits_for_nothing() -> None:
    turns = list[int]()

    async def scenario() -> None:
        async with periodic.every(3600, lambda: turns.append(1), first=3600, name="the broom"):
            await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))

    assert turns == []
