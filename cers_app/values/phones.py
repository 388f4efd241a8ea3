"""Phone numbers as people read them, and as phones dial them."""

import re

NOT_A_NUMBER = "must be one phone number with its area code, such as 916-555-0100 or +1 916 555 0100"
BETWEEN = re.compile(r"[ ().-]")
AMERICAN = re.compile(r"(?:\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})")
ABROAD = re.compile(r"\+[2-9][0-9]{6,14}")


def dialed(given: str) -> str:
    """The number as a `tel:` link has it: + and at most 15 digits, so it works in every country (RFC 3966 5.1.4).

    A number without + is American. Raises `ValueError` for anything but one such number.
    """
    # `+44 (0)20` is not what phones dial.
    digits = BETWEEN.sub("", given.replace("(0)", "?"))
    if american := AMERICAN.fullmatch(digits):
        return f"+1{american[1]}"
    if not ABROAD.fullmatch(digits):
        raise ValueError(NOT_A_NUMBER)
    return digits
