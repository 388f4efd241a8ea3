"""The bundled list of common passwords (NIST SP 800-63B 3.1.1.2). `common_passwords.origin.txt` names its sources."""

from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt")
"""One password per line, case-folded, each at least 8 characters long."""


@cache
def common_passwords() -> frozenset[str]:
    """Every entry. The first call reads the file and keeps about 2.5 MB in memory."""
    return frozenset(LIST.read_text("utf-8").splitlines())


def is_common(password: str) -> bool:
    """Whether an NFC password is on the list, in any case and with any spaces or hyphens between its characters."""
    folded = password.casefold()
    return bool({folded, squeezed(folded)} & common_passwords())


def squeezed(folded: str) -> str:
    """A case-folded text without white space and hyphens. People add these to make an easy password longer."""
    return "".join(folded.split()).replace("-", "")
