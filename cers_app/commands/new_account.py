"""What every new account must be, whether it is typed or imported; what is wrong comes back in words."""

from cers_app.values.identifiers import LONGEST, Identifier, is_email, is_username, normalise

LONGEST_NAME = 100


def keys(username: str, email: str) -> tuple[str, str] | str:
    """The normalised username and address, or what is wrong with them."""
    first, second = normalise(username), email_key(email)
    if isinstance(second, str):
        return second
    if not isinstance(first, Identifier) or not (is_username(first.key) or first.key == second.key):
        return "The username has 5 to 16 letters and digits, or is the account's own email address."
    return first.key, second.key


def email_key(email: str) -> Identifier | str:
    """The normalised address, or what is wrong with it."""
    key = normalise(email) if len(email) <= LONGEST else None
    if not isinstance(key, Identifier) or not is_email(key.key):
        return "The email address is not in the correct format, like name@example.com."
    return key


def name_problem(name: tuple[str, str]) -> str:
    """What is wrong with a first and last name; empty when nothing is."""
    if any(not part.strip() or len(part) > LONGEST_NAME or not part.isprintable() for part in name):
        return "The first and the last name have 1 to 100 printable characters each."
    return ""
