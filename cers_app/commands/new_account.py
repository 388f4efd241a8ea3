"""The rules for every new account, typed or imported."""

import re
import unicodedata
from collections.abc import Iterator

from cers_app.accounts.store import NewAccount
from cers_app.values.identifiers import Identifier, normalize
from cers_app.values.invisible import trimmed

LONGEST_NAME = 100
NOT_AN_ADDRESS = "The email address is not in the correct format, like name@example.com."
DAMAGED = re.compile(r"\ufffd|^[#=+@]|&#?\w+;")
"""A lost letter, a spreadsheet's error or formula, and a letter as a web page writes it."""
JOINERS = str.maketrans("", "", "\u200c\u200d")
"""Two characters inside Persian and Indian words. They show nothing by themselves."""
UNSEEN = dict.fromkeys(map(ord, "\u061c\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff\ufffc"))
"""Marks that word processors and phones put around and inside names, mostly for the direction of writing."""


def checked(username: str, email: str, first_name: str, last_name: str) -> NewAccount | list[str]:
    """The account without its password, or a sentence for each thing that is wrong."""
    names = _in_plain_blanks(first_name), _in_plain_blanks(last_name)
    address, name = normalize(email), normalize(username)
    problems = [*_problems(address, name), *_problems_of_names(*names)]
    if problems or not isinstance(address, Identifier) or not isinstance(name, Identifier):
        return problems
    return NewAccount(name.key, address.key, name.text, address.text, *names, None)


def _problems(address: object, name: object) -> Iterator[str]:
    if not isinstance(address, Identifier) or "@" not in address.key:
        yield NOT_AN_ADDRESS
    elif not isinstance(name, Identifier) or ("@" in name.key and name != address):
        yield "The username must have 5 to 16 letters and digits, or be the account's own email address."


def _problems_of_names(*names: str) -> Iterator[str]:
    if not any(names):
        yield "The account needs a first name or a last name."
    if any(len(name) > LONGEST_NAME or not name.translate(JOINERS).isprintable() for name in names):
        yield "The first and last names may each have up to 100 printable characters."
    if any(DAMAGED.search(name) or _is_misread(name) for name in names):
        yield "A name was damaged when it was converted, such as #NAME?, Jos&eacute; or JosÃ©. Type the name again."


def _is_misread(name: str) -> bool:
    """Whether a program took UTF-8 for the encoding of Windows: the bytes of `é` then show as `Ã©`."""
    try:
        return name.encode("cp1252").decode() != name
    except UnicodeError:
        return False


def _in_plain_blanks(name: str) -> str:
    """A spreadsheet may have other blanks, such as the no-break space."""
    blanks = {character for character in name if unicodedata.category(character) == "Zs"}
    return trimmed(name.translate(UNSEEN | dict.fromkeys(map(ord, blanks), " ")))
