"""Takes off what people paste along with an address: invisible characters, a name and brackets, quotation marks."""

import html
import re
import unicodedata
from urllib.parse import unquote

INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}
"""The Unicode categories of controls, formats and spaces."""
ASCII_INVISIBLE = "".join(map(chr, (*range(0x21), 0x7F)))
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))))
)
"""Characters of other categories that show nothing either, such as the Hangul fillers and the variation selectors."""

LOCAL = "'`*{}|"
"""Marks with which an address might begin. No account's address does."""
FIRST, LAST = f'{LOCAL}",;:<([', f'{LOCAL}",;:>)].!?'
"""The ASCII marks that people write before and behind an address."""
LIST_MARK = re.compile(r"[-+*#>]\s+|\(?(?:\d{1,3}|[a-z])[.)]\s+")
LABEL = re.compile(r"(?:mailto|smtp|to|from|e.?mail(?: address)?)\s*:(?://)?", re.IGNORECASE)
ENTITY = re.compile(r"&(?:lt|gt|quot|nbsp|amp|#\d+);")
ADDRESS = re.compile(r"\S@[^\s@]+\.\w")
BRACKETS = (("<", ">"), ("(", ")"), ("[", "]"))


def trimmed(text: str) -> str:
    """The text without invisible characters at its ends."""
    if text.isascii():
        return text.strip(ASCII_INVISIBLE)
    shown = [place for place, character in enumerate(text) if not is_invisible(character)]
    return text[shown[0] : shown[-1] + 1] if shown else ""


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing, wherever it stands."""
    return unicodedata.category(character) in INVISIBLE or character in BLANK


def unwrapped(text: str) -> str:
    """The one address in a pasted text such as `Ann Gause <ann@example.com>;`, or else the text without blank ends."""
    former, text = None, trimmed(text)
    while "@" in text and text != former:
        former = text
        for take_off in (_entities, _list_mark, _label, _brackets, _ends):
            text = trimmed(take_off(text))
    return text


def _entities(text: str) -> str:
    return ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _list_mark(text: str) -> str:
    mark = LIST_MARK.match(text)
    return text[mark.end() :] if mark else text


def _label(text: str) -> str:
    """The address of a link, without the subject or the second spelling that chats write behind it."""
    label = LABEL.match(text)
    if not label:
        return text
    whole = unquote(re.split("[?#]", text[label.end() :], maxsplit=1)[0])
    address, _, also = whole.rpartition("|")
    return also if "@" in address and _is_same(address, also) else whole


def _brackets(text: str) -> str:
    """The address in brackets, or before them. The rest is a name, or the same address again."""
    for opening, closing in BRACKETS:
        before, found, rest = text.partition(opening)
        inside, _, after = rest.partition(closing)
        if not found or opening in rest or closing in after:
            continue
        addresses = [part for part in map(trimmed, (inside, before, after)) if ADDRESS.search(part)]
        if addresses and all(_is_same(addresses[0], other) for other in addresses[1:]):
            return addresses[0]
    return text


def _ends(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_mark(text[end - 1], LAST):
        end -= 1
    # A local part may begin with some of the marks, so those go only if there is a mark at the end as well.
    first = FIRST if end < len(text) else FIRST.translate(dict.fromkeys(map(ord, LOCAL)))
    while start < end and _is_mark(text[start], first):
        start += 1
    return text[start:end]


def _is_mark(character: str, marks: str) -> bool:
    """Whether a character only stands around an address: one of `marks`, or any mark or symbol outside ASCII."""
    if character.isascii():
        return character in marks
    category = unicodedata.category(character)
    return category[0] in "PS" or category == "Co"


def _is_same(one: str, other: str) -> bool:
    return unwrapped(one).lower() == unwrapped(other).lower()
