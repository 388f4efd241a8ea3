"""Reset links: the token, and the states a link goes through."""

import re
from dataclasses import dataclass
from datetime import datetime

from cers_app.accounts.cancellation import WhyCancelled
from cers_app.digests import sha256

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes in URL-safe base64 (ASVS 6.5.2 and 11.5.1 ask for 128 bits)."""
DIGEST = re.compile(r"[0-9a-f]{64}")
PATH = "/r/"


@dataclass(frozen=True, slots=True)
class LinkLive:
    """The link may be used; for whom, and which it is."""

    public_id: str
    username: str


@dataclass(frozen=True, slots=True)
class LinkUsed:
    """The link was used at a time (UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The link ran out at a time (UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LinkCancelled:
    """The link was cancelled at a time (UTC), and why."""

    at: datetime
    why: WhyCancelled


@dataclass(frozen=True, slots=True)
class NoLink:
    """There is no such link: nothing was opened in this browser, or the address was not complete."""


LinkState = LinkLive | LinkUsed | LinkExpired | LinkCancelled | NoLink


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What the table says of a link."""

    public_id: str
    username: str
    expires_at: datetime
    used_at: datetime | None
    cancelled_at: datetime | None
    cancelled_why: str | None


def digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token)


def is_token(text: str) -> bool:
    """Whether a text has a token's shape."""
    return TOKEN.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Whether a text has the shape of a stored digest."""
    return DIGEST.fullmatch(text) is not None


def state_of(facts: LinkFacts | None, now: datetime) -> LinkState:
    """The state of a link. Used and cancelled beat expired: they say more."""
    if facts is None:
        return NoLink()
    if facts.used_at:
        return LinkUsed(facts.used_at)
    if facts.cancelled_at:
        return LinkCancelled(facts.cancelled_at, WhyCancelled(facts.cancelled_why or ""))
    if facts.expires_at <= now:
        return LinkExpired(facts.expires_at)
    return LinkLive(facts.public_id, facts.username)
