"""The bundled list of common passwords, and an operator's own list (NIST SP 800-63B 3.1.1.2).

`common_passwords.origin.txt` names the sources of the bundled list.
"""

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt")
"""One password per line, case-folded, each at least 8 characters long."""
SHORTEST = 8
"""Characters, without spaces and hyphens. No setting allows shorter passwords."""


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


class Blocklist:
    """The passwords in an operator's file, one per line, in any case and with any spaces or hyphens.

    The list keeps a 64-bit hash of each password, as Python computes it. A million lines take 8 MB, 80 MB more for a
    moment while they are read, and 0.8 s. A line that is not UTF-8 matches nothing, because old lists have such lines.
    """

    def __init__(self, file: Path | None) -> None:
        """The file is read at first use. Without a file, the list is empty."""
        self._file = file

    def __contains__(self, password: object) -> bool:
        """Whether an NFC password is on the list."""
        if not isinstance(password, str):
            return False
        wanted = hash(squeezed(password.casefold()))
        place = bisect_left(self.hashes, wanted)
        return place < len(self.hashes) and self.hashes[place] == wanted

    @cached_property
    def hashes(self) -> "array[int]":
        """The hashes, the lowest first."""
        return array("q", sorted(self._read()))

    def _read(self) -> Iterator[int]:
        if self._file is None:
            return
        with self._file.open(encoding="utf-8-sig", errors="replace") as lines:
            for line in lines:
                key = squeezed(unicodedata.normalize("NFC", line).casefold())
                if len(key) >= SHORTEST:
                    yield hash(key)
