"""How the command line writes times, numbers and events."""

from datetime import datetime

from cers_app.storage.audit import AuditEvent
from cers_app.values.dates import clock_time, long_date
from cers_app.values.events import Event

NEVER = "never"
HAPPENED = {
    Event.SIGN_IN_OK: "Signed in",
    Event.SIGN_IN_REFUSED: "Sign-in refused",
    Event.SIGNED_OUT: "Signed out",
    Event.REMINDER_ASKED: "Username requested",
    Event.LINK_ASKED: "Reset link requested",
    Event.MAIL_SENT: "Email sent",
    Event.MAIL_FAILED: "Email failed",
    Event.LINK_OPENED: "Reset link opened",
    Event.LINK_USED: "Reset link used",
    Event.LINK_REFUSED: "Reset link refused",
    Event.PASSWORD_CHANGED: "Password changed",
    Event.SESSIONS_ENDED: "Sessions ended",
    Event.THROTTLED: "Refused: too many tries",
    Event.VERIFICATION_FAILED: "Wrong verification characters",
    Event.PASSWORD_REFUSED: "Wrong current password",
    Event.ACCOUNT_CREATED: "Account created",
    Event.ACCOUNT_SHOWN: "Account viewed",
    Event.ACCOUNT_ACTIVATED: "Account activated",
    Event.ACCOUNT_DISABLED: "Account disabled",
    Event.ACCOUNT_ENABLED: "Account enabled",
    Event.EMAIL_CHANGED: "Email address changed",
    Event.MAIL_RETRIED: "Email retried",
}


def moment(at: datetime | None) -> str:
    """A time as callers say it, in Pacific Time: «May 9, 2017, 12:00 PM»."""
    return f"{long_date(at)}, {clock_time(at)}" if at else NEVER


def counted(number: int, thing: str) -> str:
    """«1 session», «2,000 sessions»."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def happened(row: AuditEvent) -> str:
    """An audit row in words: the event, its details, how often it happened, who did it, and the IP address."""
    what = HAPPENED.get(Event(row.event), row.event) if row.event in set(Event) else row.event
    what = f"{what} ({row.detail})" if row.detail else what
    what = f"{what}, {row.count} times" if row.count > 1 else what
    whence = f" from {row.ip}" if row.ip else ""
    return f"{what}, by {row.actor}{whence}" if row.actor != "visitor" or whence else what
