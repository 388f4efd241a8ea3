"""Judging and hashing a new password that a visitor sends. Both take long, and each has its own pool."""

from collections.abc import Callable
from typing import TypeVar

from cers_app.background.pools import Busy, DecidingPool, HashingPool
from cers_app.new_password.policy import Strong
from cers_app.provided import provided
from cers_app.values.metrics import Hashing

Refusal = TypeVar("Refusal")
Outcome = TypeVar("Outcome")


async def judged_then_hashed(
    network: str, what: Hashing, judge: Callable[[], Strong | Refusal], change: Callable[[Strong], Outcome]
) -> Refusal | Outcome | Busy:
    """Judge a new password, and change to it if the policy accepts it.

    A password that is refused takes no place in the pool for hashing, where people wait to sign in.
    """
    judged = await provided(DecidingPool).run_for(network, judge)
    if isinstance(judged, Strong):
        return await provided(HashingPool).hash_for(network, what, change, judged)
    return judged
