"""Brings passwords to one form, so the same keys count as the same password everywhere."""

import unicodedata


def prepared(password: str) -> str:
    """A password in its one form: every kind of space becomes a plain space, and letters are composed.

    Check the length first, because NFC is quadratic on hostile input. Source: RFC 8265 4.2.2, OpaqueString.
    """
    spaced = (" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", "".join(spaced))
