"""Verification without characters: the browser computes a proof (ALTCHA), and the visitor only waits."""

import secrets
from datetime import datetime

import altcha

from cers_app.values.digests import sha256

ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
USUAL = 200
"""Derivations at most, half of them on average. That is 0.07 seconds on a desktop, 0.3 on a phone."""
MOST = 18_000
"""Derivations of the hardest check. About 60 seconds on a phone."""
LONGEST = 1_024
"""The most characters of a proof. A real proof has about 750, and a longer one would take longer to refuse."""


def ask(key: str, expires_at: datetime, effort: int = 0) -> dict[str, object]:
    """The task for the browser. `key` belongs to one challenge only.

    Each step of `effort` doubles the work, up to `MOST`. There is no fewest number of derivations, because a program
    would leave those out, and only browsers would do them.
    """
    most = min(USUAL << effort, MOST)
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(most),
        expires_at=int(expires_at.timestamp()),
        hmac_secret=key,
        hmac_key_secret=_key_of_keys(key),
    )
    found: dict[str, object] = made.to_dict()
    return found


def is_proof(given: str, key: str) -> bool:
    """Whether a proof is right, on time, and made for this key. The check does not notice a second use."""
    if len(given) > LONGEST or not given.isascii():
        return False
    try:
        result = altcha.verify_solution(given, key, hmac_key_secret=_key_of_keys(key))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return bool(result.verified)


def _key_of_keys(key: str) -> str:
    """The secret for signing the derived keys. A text that is signed with `key` is then never valid as such a key."""
    return sha256(f"derived keys\0{key}")
