"""Finds a misspelt mail domain by what was typed alone, so it tells nothing about accounts."""

from os.path import commonprefix

WELL_KNOWN = (
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "aol.com",
    "comcast.net",
    "att.net",
    "sbcglobal.net",
    "verizon.net",
    "live.com",
    "msn.com",
    "me.com",
    "cox.net",
    "charter.net",
    "earthlink.net",
    "pacbell.net",
    "protonmail.com",
    "proton.me",
    "frontier.com",
)
"""Domains that people in California have mail at. An earlier one is suggested first."""
REAL = {
    "mail.com",
    "email.com",
    "ymail.com",
    "gmx.com",
    "cloud.com",
    "hotmail.co",
    "yahoo.co",
    "outlook.co",
    "gail.com",
}
"""Domains that look misspelt and are not."""
LONG_ENOUGH = 5
"""Letters. One slip turns a shorter name into somebody else's: `all.com` is not `aol.com`."""


def meant(email: str) -> str:
    """The well-known domain that a normalized address probably means, or empty."""
    domain = email.rpartition("@")[2]
    if "@" not in email or domain in WELL_KNOWN or domain in REAL:
        return ""
    name, _, end = domain.rpartition(".")
    for known in WELL_KNOWN:
        its_name, _, its_end = known.rpartition(".")
        is_slip_in_end = name == its_name and _is_one_slip(end, its_end)
        is_slip_in_name = end == its_end and len(its_name) >= LONG_ENOUGH and _is_one_slip(name, its_name)
        if is_slip_in_end or is_slip_in_name:
            return known
    return ""


def _is_one_slip(typed: str, right: str) -> bool:
    """Whether one letter is missing, too many or wrong, or two neighbors are swapped."""
    start = len(commonprefix((typed, right)))  # noqa: RUF071 - letters are meant, not folders
    end = len(commonprefix((typed[start:][::-1], right[start:][::-1])))  # noqa: RUF071 - the same
    wrong, meant_here = typed[start : len(typed) - end], right[start : len(right) - end]
    is_swapped = len(wrong) == 2 and wrong == meant_here[::-1]  # noqa: PLR2004 - two neighbors
    return is_swapped or max(len(wrong), len(meant_here)) <= 1
