"""The reference of a request: the page and the mail show it, and a caller reads it to support staff.

A reference opens nothing and proves nothing about a caller. It only finds the request.
"""

import re
from collections.abc import Callable

ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
"""No two of these look alike."""
LENGTH, HALF = 8, 4
SHAPE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_reference(new_id: Callable[[], str]) -> str:
    """A reference out of 78 billion, from one random id in hex.

    To choose each character by itself would ask the system for chance eight times. Each time, another thread may run
    for milliseconds, while this one holds the database's write lock.
    """
    number, characters = int(new_id(), 16), list[str]()
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[at])
    return "".join(characters)


def spelled(reference: str) -> str:
    """The reference as people read it aloud: `K7QD-M4XW`. Empty for a request that has none."""
    return f"{reference[:HALF]}-{reference[HALF:]}" if reference else ""


def read_reference(typed: str) -> str:
    """The reference in what a caller said. Empty if the text has another shape."""
    plain = "".join(character for character in typed.upper() if character not in " -")
    return plain if SHAPE.fullmatch(plain) else ""
