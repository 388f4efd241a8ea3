"""Which mailbox an email address leads to. Many addresses can lead to one mailbox."""

GMAIL = ("gmail.com", "googlemail.com")
"""Gmail ignores periods before the @. Both domains lead to the same mailboxes."""


def mailbox_of(address: str) -> str:
    """The address without what follows a plus sign, which most mail servers ignore, and without Gmail's periods."""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '')}@{GMAIL[0]}" if domain in GMAIL else f"{local}@{domain}"


def domain_of(address: str) -> str:
    """What follows the @."""
    return address.rpartition("@")[2]


def are_aligned(one: str, other: str) -> bool:
    """Whether two domains have one organizational domain, so SPF for one counts for DMARC of the other (RFC 7489 3.1).

    That is the last two labels, as in gov, com and org. A suffix such as `ca.us` would need the list of all of them.
    """
    return one.lower().split(".")[-2:] == other.lower().split(".")[-2:]
