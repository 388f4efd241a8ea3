"""What all mails of a portal share, and where they go when there is no mail server."""

from pathlib import Path

from cers_app.mail.templates import Letterhead
from cers_app.settings import LOCAL, Settings
from cers_app.words import common


def letterhead(config: Settings) -> Letterhead:
    """What all mails share."""
    return Letterhead(
        base_url=config.base_url,
        label=config.portal_label,
        support=config.support_email,
        id_domain=config.mail_from.rpartition("@")[2],
        notice=common.NOT_THE_STATE if config.demo_notice else "",
    )


def mailbox_folder(config: Settings) -> Path:
    """Where mail goes without a mail server."""
    return LOCAL / "mailbox" / config.mode
