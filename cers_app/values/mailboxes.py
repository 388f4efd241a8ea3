"""Which mailbox an email address leads to. Many addresses can lead to one mailbox."""

import re

OF_A_STATE = re.compile(r"\.[a-z]{2}\.us$")
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

    That is the last two labels, as in gov, com and org, and three in a state's domain, such as `sacramento.ca.us`.
    Other suffixes with two labels would need the list of all of them.
    """
    return _organizational(one) == _organizational(other)


def _organizational(domain: str) -> list[str]:
    return domain.lower().split(".")[-3 if OF_A_STATE.search(domain.lower()) else -2 :]
