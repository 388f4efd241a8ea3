"""Verification without characters: the browser computes a proof (ALTCHA), and the visitor only waits."""

import secrets
from datetime import datetime

import altcha

ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
FEWEST, MORE = 100, 100
"""At least 100 derivations, plus up to 100 more by chance. About 0.1 seconds on a desktop, 0.5 on a phone."""
MOST = 18_000
"""Derivations of the hardest check. About 60 seconds on a phone."""
LONGEST = 1_024
"""The most characters of a proof. A real proof has about 750, and a longer one would take longer to refuse."""


def ask(key: str, expires_at: datetime, effort: int = 0) -> dict[str, object]:
    """The task for the browser. `key` belongs to one challenge only.

    Each step of `effort` doubles the work, up to `MOST`. A check has no fewest derivations, because a program could
    leave those out.
    """
    most = min(2 * MORE << effort, MOST)
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(most) if effort else FEWEST + secrets.randbelow(MORE),
        expires_at=int(expires_at.timestamp()),
        hmac_secret=key,
        hmac_key_secret=key,
    )
    found: dict[str, object] = made.to_dict()
    return found


def is_proof(given: str, key: str) -> bool:
    """Whether a proof is right, on time, and made for this key. The check does not notice a second use."""
    if len(given) > LONGEST or not given.isascii():
        return False
    try:
        result = altcha.verify_solution(given, key, hmac_key_secret=key)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return bool(result.verified)
