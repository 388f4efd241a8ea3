"""The bundled list of common passwords (NIST SP 800-63B 3.1.1.2); its origin stands in a text beside it."""

from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt")
"""One a line, case-folded, none of fewer than 8 characters."""


@cache
def common_passwords() -> frozenset[str]:
    """Every entry; read from disk with the first call, about 2.5 MB in memory from then on."""
    return frozenset(LIST.read_text("utf-8").splitlines())


def is_common(password: str) -> bool:
    """Whether an NFC password is on the list: in any case, and with spaces or hyphens put between its characters."""
    folded = password.casefold()
    return bool({folded, squeezed(folded)} & common_passwords())


def squeezed(folded: str) -> str:
    """A case-folded text without white space and hyphens, which people add to make an easy password longer."""
    return "".join(folded.split()).replace("-", "")
