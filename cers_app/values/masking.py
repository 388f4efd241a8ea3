"""How an email address is shown to somebody who may not own it."""

FULL = 5
"""From this length on the first and last two characters of the local part are shown."""
SHORT = 3
"""From this length on the first character is shown."""


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
