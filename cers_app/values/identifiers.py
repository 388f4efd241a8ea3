"""Brings the names that people type to one form before any lookup."""

import re
import unicodedata
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

LONGEST = 254
"""Code points. This check comes before all others (RFC 5321 4.5.3.1.3 leaves 254 for an address)."""

USERNAME = re.compile(r"[a-z0-9]{5,16}")

# The library refuses these domains. But a network of its own may deliver to `.local`, and tests to `.test`.
SPECIAL_USE_DOMAIN_NAMES.clear()


@dataclass(frozen=True, slots=True)
class Identifier:
    """A username or an email address in its one form: NFC, trimmed, case-folded."""

    key: str


@dataclass(frozen=True, slots=True)
class NotAnIdentifier:
    """The typed text can name no account: it is too long, or has characters that only look like others."""


def normalize(typed: str) -> Identifier | NotAnIdentifier:
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
    try:
        checked = validate_email(key, strict=True, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    # `=` could start an encoded word (RFC 2047). No top-level domain has one letter, so one letter is a typing error.
    return checked.ascii_email == key and key.islower() and "=" not in key and key[-2] != "."


def _is_refused(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return True
    folded = unicodedata.normalize("NFC", character).casefold()
    return any(part.isascii() for part in folded)
