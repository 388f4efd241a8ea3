"""What the audit can say that happened."""

from enum import StrEnum


class Event(StrEnum):
    """What happened. The values are in the audit, in metrics and in logs, so they stay."""

    SIGN_IN_OK = "sign_in_ok"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    REMINDER_ASKED = "reminder_asked"
    LINK_ASKED = "link_asked"
    MAIL_SENT = "mail_sent"
    MAIL_FAILED = "mail_failed"
    LINK_OPENED = "link_opened"
    LINK_USED = "link_used"
    LINK_REFUSED = "link_refused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    PASSWORD_DISOWNED = "password_disowned"  # noqa: S105 - the name of an event
    SESSIONS_ENDED = "sessions_ended"
    THROTTLED = "throttled"
    VERIFICATION_FAILED = "verification_failed"
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - the name of an event
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_SHOWN = "account_shown"
    ACCOUNT_ACTIVATED = "account_activated"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    EMAIL_CHANGED = "email_changed"
    MAIL_RETRIED = "mail_retried"
    INVITED = "invited"
