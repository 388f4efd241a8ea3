"""Reset links: the token, and the states of a link."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import unquote

from cers_app.values.cancellation import WhyCancelled
from cers_app.values.dates import WARNED_BEFORE
from cers_app.values.invisible import is_invisible

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes in URL-safe base64 (ASVS 6.5.2 and 11.5.1 ask for 128 bits)."""
WHOLE = re.compile(rf"(?<![A-Za-z0-9_-]){TOKEN.pattern}(?![A-Za-z0-9_-])")
HYPHENS = {0x2010: "-", 0x2011: "-"}
DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST = 200
"""`find` reads at most this many characters of a pasted token."""
PATH = "/r/"


@dataclass(frozen=True, slots=True)
class LinkLive:
    """The link works for `username`. `public_id` identifies the link but does not open it."""

    public_id: str
    username: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkUsed:
    """Someone has used the link. `at` is in UTC."""

    AUDITED_AS: ClassVar[str] = "LinkUsed"
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The link has expired. `at` is in UTC."""

    AUDITED_AS: ClassVar[str] = "LinkExpired"
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkCancelled:
    """The portal has canceled the link. `at` is in UTC."""

    AUDITED_AS: ClassVar[str] = "LinkCancelled"
    at: datetime
    why: WhyCancelled


@dataclass(frozen=True, slots=True)
class LinkNotOpened:
    """This browser has opened no link since it was started."""

    AUDITED_AS: ClassVar[str] = "LinkNotOpened"


@dataclass(frozen=True, slots=True)
class LinkNotComplete:
    """The opened address is not a link, because a part is missing."""

    AUDITED_AS: ClassVar[str] = "LinkNotComplete"


LinkDead = LinkUsed | LinkExpired | LinkCancelled
LinkRefused = LinkDead | LinkNotOpened | LinkNotComplete
"""The audit keeps each `AUDITED_AS` for years, so the text stays even if its class is renamed."""
LinkState = LinkLive | LinkRefused


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What the table knows about a link."""

    public_id: str
    username: str
    expires_at: datetime
    used_at: datetime | None
    cancelled_at: datetime | None
    cancelled_why: str | None
    moved_at: datetime | None = None
    """When the account got another email address, if that was after the link was made."""


def is_token(text: str) -> bool:
    """Whether a text has a token's shape."""
    return TOKEN.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Whether a text has the shape of a stored digest."""
    return DIGEST.fullmatch(text) is not None


def find(text: str) -> str:
    """The token in what mail programs and people make of a link: line breaks in it, words and marks behind it.

    Empty if there is none. A token has 43 characters, so it does not matter what follows.
    """
    given = html.unescape(unquote(text[:LONGEST])).translate(HYPHENS)
    given = given.replace("=3D", " ").replace("=20", " ")
    joined = "".join(character for character in given if character not in "=>+\\" and not is_invisible(character))
    found = WHOLE.search(given) or TOKEN.search(joined)
    return found[0] if found else ""


def state_of(facts: LinkFacts, now: datetime) -> LinkState:
    """The state of a link. Used and canceled come before expired, because they say more.

    The mailbox of a link is the account's no longer if the address changed, so that comes first.
    """
    if facts.moved_at:
        return LinkCancelled(facts.moved_at, WhyCancelled.EMAIL_CHANGED)
    if facts.used_at:
        return LinkUsed(facts.used_at)
    if facts.cancelled_at:
        return LinkCancelled(facts.cancelled_at, WhyCancelled(facts.cancelled_why or ""))
    if facts.expires_at <= now:
        return LinkExpired(facts.expires_at)
    return LinkLive(facts.public_id, facts.username, facts.expires_at)


def is_renewable(state: LinkState, now: datetime) -> bool:
    """Whether a fresh link may go to the same mailbox: the link is dead or almost, and the mailbox is the account's."""
    if isinstance(state, LinkCancelled):
        return state.why is not WhyCancelled.EMAIL_CHANGED
    if isinstance(state, LinkLive):
        return state.expires_at - now <= WARNED_BEFORE
    return isinstance(state, LinkUsed | LinkExpired)
