"""The rules for every new account, typed or imported."""

from collections.abc import Iterator

from cers_app.values.identifiers import Identifier, is_email, is_username, normalize

LONGEST_NAME = 100
NOT_AN_ADDRESS = "The email address is not in the correct format, like name@example.com."


def problems(username: str, email: str, *name: str) -> Iterator[str]:
    """A sentence for each thing that is wrong. `name` is the first and the last name."""
    username_key, email_key = key_of(username), key_of(email)
    if not is_email(email_key):
        yield NOT_AN_ADDRESS
    elif not is_username(username_key) and username_key != email_key:
        yield "The username must have 5 to 16 letters and digits, or be the account's own email address."
    if any(not part.strip() or len(part) > LONGEST_NAME or not part.isprintable() for part in name):
        yield "The first and last names must each have 1 to 100 printable characters."


def key_of(typed: str) -> str:
    """The normalized username or address. Empty if the text can name no account."""
    found = normalize(typed)
    return found.key if isinstance(found, Identifier) else ""
