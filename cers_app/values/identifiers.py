"""What people type to say who they are, brought to one form before any look-up."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 254
"""Code points, checked before anything else (RFC 5321 4.5.3.1.3 leaves 254 for an address)."""

USERNAME = re.compile(r"[a-z0-9]{5,16}")
ATOM = r"[a-z0-9!#$%&'*+/?^_`{|}~-]+"
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+{LABEL}(?<=[a-z0-9][a-z0-9])")
"""Of RFC 5321 what every mail server takes. Without `=`, with which a mail program would read an encoded word."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A username or an email address in its one form: NFC, trimmed, case-folded."""

    key: str


@dataclass(frozen=True, slots=True)
class NotAnIdentifier:
    """What was typed can be nobody's: too long, or with characters that only look like others."""


def normalise(typed: str) -> Identifier | NotAnIdentifier:
    """Bring what was typed to its one form.

    Refuses characters that fold or compose into ASCII from outside it (the Kelvin sign, the long s):
    with them two different inputs would name one account (CVE-2019-19844).
    """
    if len(typed) > LONGEST:
        return NotAnIdentifier()
    trimmed = typed.strip()
    if not trimmed or any(_is_refused(character) for character in trimmed):
        return NotAnIdentifier()
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", trimmed).casefold())
    return Identifier(key) if len(key) <= LONGEST else NotAnIdentifier()


def is_username(key: str) -> bool:
    """Whether a normalised key may be a new account's username: 5 to 16 letters and digits."""
    return USERNAME.fullmatch(key) is not None


def is_email(key: str) -> bool:
    """Whether a normalised key is one plain ASCII address, without comments, quotes or lists.

    Others need SMTPUTF8, which not every mail server on the way has: better told when the account is made.
    """
    return key.isascii() and EMAIL.fullmatch(key) is not None


def _is_refused(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return True
    folded = unicodedata.normalize("NFC", character).casefold()
    return any(part.isascii() for part in folded)
