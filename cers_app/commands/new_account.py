"""The rules for every new account, typed or imported. Each function says in a sentence what is wrong."""

from cers_app.values.identifiers import LONGEST, Identifier, is_email, is_username, normalise

LONGEST_NAME = 100


def keys(username: str, email: str) -> tuple[str, str] | str:
    """The normalized username and address, or a sentence about what is wrong."""
    first, second = normalise(username), email_key(email)
    if isinstance(second, str):
        return second
    if not isinstance(first, Identifier) or not (is_username(first.key) or first.key == second.key):
        return "The username must have 5 to 16 letters and digits, or be the account's own email address."
    return first.key, second.key


def email_key(email: str) -> Identifier | str:
    """The normalized address, or a sentence about what is wrong."""
    key = normalise(email) if len(email) <= LONGEST else None
    if not isinstance(key, Identifier) or not is_email(key.key):
        return "The email address is not in the correct format, like name@example.com."
    return key


def name_problem(name: tuple[str, str]) -> str:
    """A sentence about what is wrong with a first and last name. Empty if nothing is wrong."""
    if any(not part.strip() or len(part) > LONGEST_NAME or not part.isprintable() for part in name):
        return "The first and last names must each have 1 to 100 printable characters."
    return ""
