"""Why reset links end before anyone uses them."""

from enum import StrEnum


class WhyCancelled(StrEnum):
    """Why a link was canceled. The link's page shows the reason."""

    OTHER_LINK_USED = "other_link_used"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_DISABLED = "account_disabled"
    MAIL_BOUNCED = "mail_bounced"
