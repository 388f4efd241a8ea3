"""What happened to the requests for one name, as far as support staff may know it. All times are in UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event

LOOKED_BACK = timedelta(days=30)
"""Mails and links are kept no longer (`CERS_KEEP_DAYS`)."""
COUNTED_BACK = timedelta(days=1)
SCANNER = timedelta(seconds=10)
"""Nobody reads a mail and opens its link within this time. Programs that look for viruses do."""


class Standing(StrEnum):
    """Whether a name has an account, and whether people can use it."""

    NOBODYS = "nobody's"
    ACTIVE = "active"
    NOT_ACTIVATED = "not activated"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, or a mail that an operator sent."""

    thing: Event
    """`REMINDER_ASKED`, `LINK_ASKED` or `INVITED`."""
    at: datetime
    reference: str
    times: int = 1
    """How often the same was asked for in the day before, this time included."""
    is_merged: bool = False
    """Whether it sent no mail of its own."""
    by_support: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """The mail that answers a request."""

    mail_id: str
    device: str
    """The browser and device that asked, in words."""
    next_try_at: datetime
    sent_at: datetime | None = None
    is_failed: bool = False
    is_dropped: bool = False
    """Whether nobody needed the mail any more when its turn came. `sent_at` is that time."""
    attempts: int = 0
    why: str = ""
    """Why the latest try failed, with the server's codes."""


@dataclass(frozen=True, slots=True)
class Link:
    """The link in a mail, without anything that could open it."""

    sent_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    """When it was opened, the last time."""
    used_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_why: WhyCancelled | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known about one name. `ask` is the request that a reference names, or else the latest one."""

    standing: Standing
    username: str = ""
    masked: str = ""
    ask: Ask | None = None
    sending: Sending | None = None
    link: Link | None = None
    change: tuple[Event, datetime] | None = None
    """The change of the account that a reference names, and when."""
