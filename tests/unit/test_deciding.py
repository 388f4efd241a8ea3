"""Sending new passwords: too many are refused before anything is looked up or waits."""

import asyncio

from limits import RateLimitItemPerMinute

from cers_app.background.pools import DecidingPool, HashingPool
from cers_app.new_password.deciding import judged_then_hashed
from cers_app.new_password.policy import Strong, Weak
from cers_app.provided import provide
from cers_app.storage.throttle import Limits, TrafficThrottle
from cers_app.values.limits import TooManyRequests
from cers_app.values.metrics import Hashing
from tests.support.doubles import ANN, DIGEST, NEW_PASSWORD, Clock

PRESSES = 3


def test_a_link_that_sends_too_many_is_not_looked_up_and_another_is() -> None:
    looked_up = list[str]()

    def look(digest: str, found: Strong | Weak) -> Strong | Weak:
        looked_up.append(digest)
        return found

    async def send(digest: str, found: Strong | Weak) -> object:
        change = lambda accepted: accepted.password  # noqa: E731 - stands for hashing and storing
        return await judged_then_hashed(ANN.network, digest, Hashing.RESET, lambda: look(digest, found), change)

    async def flood() -> list[object]:
        weak = [await send(DIGEST, Weak.COMMON) for _ in range(PRESSES + 20)]
        nobodys = [await send("", Weak.COMMON) for _ in range(PRESSES + 1)]
        return [*weak, await send("another", Strong(NEW_PASSWORD)), *nobodys]

    one_a_minute = TrafficThrottle(RateLimitItemPerMinute(PRESSES), Clock())
    provide(
        lambda: [
            Limits(one_a_minute, one_a_minute, one_a_minute, presses=one_a_minute),
            DecidingPool("deciding", 1, 8, is_limited=True),
            HashingPool("hashing", 1, 8, is_limited=True),
        ]
    )
    weak, others = (told := asyncio.run(flood()))[: PRESSES + 20], told[PRESSES + 20 :]

    assert weak[:PRESSES] == [Weak.COMMON] * PRESSES
    assert all(isinstance(each, TooManyRequests) for each in weak[PRESSES:])
    assert others == [NEW_PASSWORD, *[Weak.COMMON] * (PRESSES + 1)], "without a link there is nothing to look up"
    assert looked_up == [DIGEST] * PRESSES + [""] * (PRESSES + 1) + ["another"]
