"""Reset links: the token, and the states a link goes through."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from cers_app.accounts.cancellation import WhyCancelled
from cers_app.values.digests import sha256

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes in URL-safe base64 (ASVS 6.5.2 and 11.5.1 ask for 128 bits)."""
DIGEST = re.compile(r"[0-9a-f]{64}")
AROUND = re.compile(r"^[^A-Za-z0-9_-]+|[^A-Za-z0-9_-]+$")
LONGEST = 200
"""Characters of a token as it was pasted; what is longer is none."""
PATH = "/r/"


@dataclass(frozen=True, slots=True)
class LinkLive:
    """The link may be used; for whom, and which it is."""

    public_id: str
    username: str


@dataclass(frozen=True, slots=True)
class LinkUsed:
    """The link was used at a time (UTC)."""

    AUDITED_AS: ClassVar[str] = "LinkUsed"
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The link ran out at a time (UTC)."""

    AUDITED_AS: ClassVar[str] = "LinkExpired"
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkCancelled:
    """The link was canceled at a time (UTC), and why."""

    AUDITED_AS: ClassVar[str] = "LinkCancelled"
    at: datetime
    why: WhyCancelled


@dataclass(frozen=True, slots=True)
class LinkNotOpened:
    """No link was opened in this browser in the last minutes."""

    AUDITED_AS: ClassVar[str] = "LinkNotOpened"


@dataclass(frozen=True, slots=True)
class LinkNotComplete:
    """What was opened is no link: a part of it is missing."""

    AUDITED_AS: ClassVar[str] = "LinkNotComplete"


LinkDead = LinkUsed | LinkExpired | LinkCancelled
LinkRefused = LinkDead | LinkNotOpened | LinkNotComplete
"""Each has an `AUDITED_AS`: the audit keeps it for years, so it stays whatever the class is called."""
LinkState = LinkLive | LinkRefused


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What the table says of a link."""

    public_id: str
    username: str
    expires_at: datetime
    used_at: datetime | None
    cancelled_at: datetime | None
    cancelled_why: str | None
    opened_at: datetime | None


def digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token)


def is_token(text: str) -> bool:
    """Whether a text has a token's shape."""
    return TOKEN.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Whether a text has the shape of a stored digest."""
    return DIGEST.fullmatch(text) is not None


def clean(text: str) -> str:
    """A token without what mail programs and people add: quotation marks, a full stop, `>`, line breaks."""
    return AROUND.sub("", "".join(text[:LONGEST].split()))


def state_of(facts: LinkFacts, now: datetime, open_for: timedelta) -> LinkState:
    """The state of a link. Used and canceled beat expired: they say more.

    A live link may be used for `open_for` after it was opened in a browser, as long as its cookie lives.
    """
    if facts.used_at:
        return LinkUsed(facts.used_at)
    if facts.cancelled_at:
        return LinkCancelled(facts.cancelled_at, WhyCancelled(facts.cancelled_why or ""))
    if facts.expires_at <= now:
        return LinkExpired(facts.expires_at)
    if facts.opened_at is None or facts.opened_at + open_for <= now:
        return LinkNotOpened()
    return LinkLive(facts.public_id, facts.username)


def is_renewable(state: LinkState) -> bool:
    """Whether a fresh link may go to the mailbox this one came to: it is dead, the mailbox is still the account's."""
    if isinstance(state, LinkCancelled):
        return state.why is not WhyCancelled.EMAIL_CHANGED
    return isinstance(state, LinkUsed | LinkExpired)
