"""Brings the names that people type to one form before any lookup."""

import re
from dataclasses import dataclass, field

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from cers_app.values.pasted import LOCAL, in_one_form, unwrapped

LONGEST = 254
"""Code points. This check comes before all others (RFC 5321 4.5.3.1.3 leaves 254 for an address)."""

USERNAME = re.compile(r"[a-z0-9]{5,16}")

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
        text = in_one_form(unwrapped(typed))
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
    # Nobody's address begins with a mark that `pasted` takes off.
    is_plain = key[0] not in LOCAL and "=" not in key and key[-2] != "."
    return checked.ascii_email == key and key.islower() and is_plain
