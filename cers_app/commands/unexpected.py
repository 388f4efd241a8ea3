"""Keeps the trace of an unexpected error in a file, so a command can end with words."""

import traceback
from datetime import UTC, datetime

from cers_app.settings import LOCAL

FILE = LOCAL / "errors.log"
LARGEST = 1_000_000
"""Bytes. A larger file is overwritten."""


def noted(broken: Exception) -> str:
    """Write down where the error came from. Its message stays out, because it may hold a name or a hash.

    Returns a sentence that says where the file is.
    """
    name = type(broken).__name__
    lines = [*traceback.format_tb(broken.__traceback__), f"{name}\n"]
    try:
        LOCAL.mkdir(exist_ok=True, mode=0o700)
        mode = "w" if FILE.exists() and FILE.stat().st_size > LARGEST else "a"
        with FILE.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n{''.join(lines)}\n")
    except OSError as unwritable:
        return f"The kind of error is {name}. The details cannot be written to {FILE} ({unwritable.strerror})."
    return f"The kind of error is {name}. The details are in {FILE}."
