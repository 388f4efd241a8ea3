"""Brings the names that people type or paste to one form before any lookup."""
# ruff: noqa: RUF001 - the characters that look like others are meant

import html
import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from cers_app.values.hosts import in_ascii
from cers_app.values.invisible import trimmed

LONGEST = 254
"""Code points. This check comes before all others (RFC 5321 4.5.3.1.3 leaves 254 for an address)."""

USERNAME = re.compile(r"[a-z0-9]{5,16}")

LOCAL = "'`*{}|"
"""Marks with which an address might begin. No account's address does."""
FIRST, LAST = f'{LOCAL}",;:<>()[]\\', f'{LOCAL}",;:<>()[]\\.!?'
"""The ASCII marks that people write before and behind an address."""
LIST_MARK = re.compile(r">+\s*|(?:[-+*#]|\(?\d{1,3}[.)]{1,2}|\(?[a-z]\))\s+|(?:o|\d{1,3})\t")
MAILTO = re.compile(r"mailto\s*:(?://)?", re.IGNORECASE)
LABEL = re.compile(r"(?:smtp|sip|to|from|b?cc|e.?mail(?: address)?)\s*:|[^@:：<(\[]+(?::\s|：)", re.IGNORECASE)
"""Words and a colon. Most need a blank behind the colon, which may be a mistyped dot in an address."""
ENTITY = re.compile(r"&(?:lt|gt|quot|apos|nbsp|amp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
PLAIN = re.compile(r"[^\s@<>()\[\]\",:;|]+@[^\s@<>()\[\]\",:;|?#]+")
ADDRESS = re.compile(r"\S@[^\s@]+[.。．｡]\w")
BRACKETS = (("<", ">"), ("(", ")"), ("[", "]"))
WIDE_BRACKETS = str.maketrans("＜＞（）［］【】「」『』〈〉《》«»‹›", "<>()[][]<><><><><><>")

# The library refuses these domains. But a network of its own may deliver to `.local`, and tests to `.test`.
SPECIAL_USE_DOMAIN_NAMES.clear()


@dataclass(frozen=True, slots=True)
class Identifier:
    """A username or an email address in its one form: small ASCII letters, and the domain as DNS knows it."""

    key: str
    text: str = field(default="", compare=False)
    """The same with its capital letters, as the portal shows it and sends mail to it."""


@dataclass(frozen=True, slots=True)
class NotAnIdentifier:
    """The typed text can name no account: it is neither a username nor one plain email address."""


def normalize(typed: str) -> Identifier | NotAnIdentifier:
    """Bring a typed or pasted name to its one form.

    Outside the domain of an address, every name is ASCII. A domain takes its ASCII form (IDNA 2008 with UTS 46).
    """
    if len(typed) > LONGEST:
        return NotAnIdentifier()
    try:
        text = _in_one_form(_unwrapped(typed))
    except ValueError:
        return NotAnIdentifier()
    key = text.lower()
    is_somebodys = text.isascii() and (is_username(key) or is_email(key))
    return Identifier(key, text) if is_somebodys else NotAnIdentifier()


def key_of(typed: str) -> str:
    """The normalized username or address. Empty if the text can name no account."""
    found = normalize(typed)
    return found.key if isinstance(found, Identifier) else ""


def is_username(key: str) -> bool:
    """Whether a normalized key may be a new account's username: 5 to 16 letters and digits."""
    return USERNAME.fullmatch(key) is not None


def is_email(key: str) -> bool:
    """Whether a normalized key is one plain ASCII address, without comments, quotes or lists.

    Other addresses need SMTPUTF8, which some mail servers on the way lack. It is better to refuse them early, when
    someone creates the account.
    """
    try:
        checked = validate_email(key, strict=True, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    # `=` could start an encoded word (RFC 2047). No top-level domain has one letter, so one letter is a typing error.
    # Nobody's address begins with a mark that `_ends` takes off.
    is_plain = key[0] not in LOCAL and "=" not in key and key[-2] != "."
    return checked.ascii_email == key and key.islower() and is_plain


def _unwrapped(text: str) -> str:
    """The one address in a pasted text such as `Ann Gause <ann@example.com>;`, or else the text without blank ends."""
    former, text = None, trimmed(text)
    while "@" in text and text != former:
        former = text
        for take_off in (_entities, _list_mark, _mailto, _label, _brackets, _ends):
            text = trimmed(take_off(text))
    return text


def _in_one_form(address: str) -> str:
    """The address with the ASCII form of its domain. Raises `ValueError` if the domain has none."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain if domain.isascii() else in_ascii(domain)}" if at else address


def _entities(text: str) -> str:
    return ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _list_mark(text: str) -> str:
    return _behind(LIST_MARK, text)


def _label(text: str) -> str:
    return _behind(LABEL, text)


def _behind(start: re.Pattern[str], text: str) -> str:
    found = start.match(text)
    return text[found.end() :] if found else text


def _mailto(text: str) -> str:
    """The address of a link, without the subject or the second spelling that chats write behind it."""
    whole = unquote(re.split("[?#]", _behind(MAILTO, text), maxsplit=1)[0]) if MAILTO.match(text) else text
    address, _, also = whole.rpartition("|")
    found = also if "@" in address and _is_same(address, also) else whole
    return found if "@" in found else text


def _brackets(text: str) -> str:
    """The address in brackets, or before or behind them. The rest is a name, or the same address again."""
    text = text.translate(WIDE_BRACKETS)
    for opening, closing in BRACKETS:
        before, found, rest = map(trimmed, text.rpartition(opening))
        inside, _, after = map(trimmed, rest.partition(closing))
        addresses = [part for part in (inside, before, after) if ADDRESS.search(part)]
        if not found or not addresses or (addresses[1:] and not _is_same(*addresses)):
            continue
        # Brackets in the middle may be a part of the address, as in `ann (dot) gause@example.com`.
        if addresses[0] == inside or not (before and after):
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
    """Whether a character only stands around an address: one of `marks`, its wide form, or a symbol outside ASCII."""
    folded = unicodedata.normalize("NFKC", character)
    if folded.isascii():
        return all(part in marks for part in folded)
    category = unicodedata.category(character)
    return category[0] in "PS" or category == "Co"


def _is_same(*texts: str) -> bool:
    """Whether all addresses in the texts are one. It does not unwrap them: hostile texts would take forever."""
    try:
        plain = [each for text in texts for each in PLAIN.findall(unquote(text) if MAILTO.match(text) else text)]
        found = {_in_one_form(each.strip(LOCAL + ".!")).lower() for each in plain}
    except ValueError:
        return False
    return len(found) == 1
