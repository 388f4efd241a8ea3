"""Proofs of work, made by ALTCHA's own solver."""

from datetime import UTC, datetime, timedelta

import altcha

from cers_app.verification import proof

SOON = timedelta(minutes=10)


def solved(key: str, life: timedelta = SOON, effort: int = 0) -> str:
    """What a browser would send."""
    asked = altcha.Challenge.from_dict(proof.ask(key, datetime.now(UTC) + life, effort))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return str(altcha.Payload(asked, solution).to_base64())
