"""Characters that show nothing. They come along when people paste a text."""

import unicodedata

CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp"}
"""The Unicode categories of controls, formats and spaces."""
IN_ASCII = "".join(map(chr, (*range(0x21), 0x7F)))
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFFD), *range(0xE0000, 0xE1000))))
)
"""Characters of other categories that show nothing either, such as the Hangul fillers and the variation selectors."""


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing, wherever it stands."""
    return unicodedata.category(character) in CATEGORIES or character in BLANK


def trimmed(text: str) -> str:
    """The text without invisible characters at its ends."""
    if text.isascii():
        return text.strip(IN_ASCII)
    shown = [place for place, character in enumerate(text) if not is_invisible(character)]
    return text[shown[0] : shown[-1] + 1] if shown else ""
