"""Waiting for the very thing that a test goes on to rely on."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120
"""For whatever a test waits for: far longer than it takes where other work keeps the machine busy."""


def eventually(holds: Callable[[], object], otherwise: str | Callable[[], object], every: float = 0.05) -> None:
    """Look every so many seconds until something holds; fails with words, or with the facts a call gives."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < limit, otherwise() if callable(otherwise) else otherwise
        time.sleep(every)
