"""Masks an email address for someone who may not own it."""

FULL = 5
"""A local part of this length or more shows its first two and last two characters."""
SHORT = 3
"""A local part of this length or more shows its first character."""


def mask(email: str) -> str:
    """Hide the local part, one `*` for each hidden character, and show the domain.

    `anngause@gmail.com` becomes `an****se@gmail.com` (the help page's example).
    """
    local, at, domain = email.rpartition("@")
    if len(local) >= FULL:
        shown = local[:2] + "*" * (len(local) - 4) + local[-2:]
    elif len(local) >= SHORT:
        shown = local[0] + "*" * (len(local) - 1)
    else:
        shown = "*" * len(local)
    return shown + at + domain
