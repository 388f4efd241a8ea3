"""The rules for every new account, typed or imported."""

import unicodedata
from collections.abc import Iterator

from cers_app.accounts.models import AccountState
from cers_app.accounts.store import NewAccount
from cers_app.values.identifiers import Identifier, normalize
from cers_app.values.invisible import trimmed

LONGEST_NAME = 100
NOT_AN_ADDRESS = "The email address is not in the correct format, like name@example.com."
LOST_LETTER = "\ufffd"
JOINERS = str.maketrans("", "", "\u200c\u200d")
"""Two characters inside Persian and Indian words. They show nothing by themselves."""
UNSEEN = dict.fromkeys(map(ord, "\u061c\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff\ufffc"))
"""Marks that word processors and phones put around and inside names, mostly for the direction of writing."""


def checked(username: str, email: str, first_name: str, last_name: str, state: AccountState) -> NewAccount | list[str]:
    """The account without its password, or a sentence for each thing that is wrong."""
    names = _in_plain_blanks(first_name), _in_plain_blanks(last_name)
    address, own_name = normalize(email), normalize(username)
    problems = [*_problems(address, own_name), *_problems_of_names(*names)]
    if problems or not isinstance(address, Identifier) or not isinstance(own_name, Identifier):
        return problems
    return NewAccount(own_name.key, address.key, own_name.text, address.text, *names, None, state)


def key_of(typed: str) -> str:
    """The normalized username or address. Empty if the text can name no account."""
    found = normalize(typed)
    return found.key if isinstance(found, Identifier) else ""


def _problems(address: object, own_name: object) -> Iterator[str]:
    if not isinstance(address, Identifier) or "@" not in address.key:
        yield NOT_AN_ADDRESS
    elif not isinstance(own_name, Identifier) or ("@" in own_name.key and own_name != address):
        yield "The username must have 5 to 16 letters and digits, or be the account's own email address."


def _problems_of_names(*names: str) -> Iterator[str]:
    if not any(names):
        yield "The account needs a first name or a last name."
    if any(len(name) > LONGEST_NAME or not name.translate(JOINERS).isprintable() for name in names):
        yield "The first and last names may each have up to 100 printable characters."
    if any(LOST_LETTER in name for name in names):
        yield f'A name has the character "{LOST_LETTER}": a letter was lost when the name was converted. Type it again.'


def _in_plain_blanks(name: str) -> str:
    """A spreadsheet may have other blanks, such as the no-break space."""
    blanks = {character for character in name if unicodedata.category(character) == "Zs"}
    return trimmed(name.translate(UNSEEN | dict.fromkeys(map(ord, blanks), " ")))
