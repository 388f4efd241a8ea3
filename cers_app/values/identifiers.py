"""Brings the names that people type to one form before any lookup."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 254
"""Code points. This check comes before all others (RFC 5321 4.5.3.1.3 leaves 254 for an address)."""

USERNAME = re.compile(r"[a-z0-9]{5,16}")
ATOM = r"[a-z0-9!#$%&'*+/?^_`{|}~-]+"
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+{LABEL}(?<=[a-z0-9][a-z0-9])")
"""The part of RFC 5321 that every mail server takes, without `=`, which could start an encoded word (RFC 2047)."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A username or an email address in its one form: NFC, trimmed, case-folded."""

    key: str


@dataclass(frozen=True, slots=True)
class NotAnIdentifier:
    """The typed text can name no account: it is too long, or has characters that only look like others."""


def normalise(typed: str) -> Identifier | NotAnIdentifier:
    """Bring a typed name to its one form.

    Refuses characters outside ASCII that fold or compose into ASCII (the Kelvin sign, the long s).
    With such characters, two different inputs would name one account (CVE-2019-19844).
    """
    if len(typed) > LONGEST:
        return NotAnIdentifier()
    trimmed = typed.strip()
    if not trimmed or any(_is_refused(character) for character in trimmed):
        return NotAnIdentifier()
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", trimmed).casefold())
    return Identifier(key) if len(key) <= LONGEST else NotAnIdentifier()


def is_username(key: str) -> bool:
    """Whether a normalized key may be a new account's username: 5 to 16 letters and digits."""
    return USERNAME.fullmatch(key) is not None


def is_email(key: str) -> bool:
    """Whether a normalized key is one plain ASCII address, without comments, quotes or lists.

    Other addresses need SMTPUTF8, which some mail servers on the way lack. It is better to refuse them early, when
    someone creates the account.
    """
    return key.isascii() and EMAIL.fullmatch(key) is not None


def _is_refused(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return True
    folded = unicodedata.normalize("NFC", character).casefold()
    return any(part.isascii() for part in folded)
