"""The way without characters: the browser computes for a moment (ALTCHA), nobody reads or listens to anything."""

import secrets
from datetime import datetime

import altcha

ALGORITHM, COST = "PBKDF2/SHA-256", 5_000
FEWEST, MORE = 100, 100
"""So many derivations, and up to so many more by chance: about a tenth of a second on a desk, half on a phone."""
LONGEST = 8_192
"""Characters of a proof; one of ours has about 600."""


def ask(key: str, expires_at: datetime) -> dict[str, object]:
    """What the browser gets to work on; `key` belongs to one challenge alone."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=FEWEST + secrets.randbelow(MORE),
        expires_at=int(expires_at.timestamp()),
        hmac_secret=key,
        hmac_key_secret=key,
    )
    found: dict[str, object] = made.to_dict()
    return found


def is_proof(given: str, key: str) -> bool:
    """Whether a proof is right, in time, and made for this key. It says nothing about whether it was used before."""
    if len(given) > LONGEST or not given.isascii():
        return False
    try:
        result = altcha.verify_solution(given, key, hmac_key_secret=key)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return bool(result.verified)
