"""Judging and hashing a new password that a visitor sends. Both take long, and each has its own pool."""

from collections.abc import Callable
from typing import TypeVar

from cers_app.background.pools import Busy, DecidingPool, HashingPool
from cers_app.new_password.policy import Strong
from cers_app.provided import provided
from cers_app.storage.throttle import Limits
from cers_app.values.limits import TooManyRequests
from cers_app.values.metrics import Hashing

Refusal = TypeVar("Refusal")
Outcome = TypeVar("Outcome")


async def judged_then_hashed(
    network: str,
    key: str,
    what: Hashing,
    judge: Callable[[], Strong | Refusal],
    change: Callable[[Strong], Outcome],
) -> Refusal | Outcome | TooManyRequests | Busy:
    """Judge a new password, and change to it if the policy accepts it. `key` is the digest of a link or a session.

    Who sends too many is refused before anything is looked up. A password that is refused takes no place in the pool
    for hashing, where people wait to sign in.
    """
    retry_at = provided(Limits).presses.take(key) if key else None
    if retry_at is not None:
        return TooManyRequests(retry_at)
    judged = await provided(DecidingPool).run_for(network, judge)
    if isinstance(judged, Strong):
        return await provided(HashingPool).hash_for(network, what, change, judged)
    return judged
