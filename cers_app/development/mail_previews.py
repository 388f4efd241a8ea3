"""A preview of every mail, written by the current templates. Developers and the tests of mail layout use them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from cers_app.mail.letters import (
    DISABLED,
    NO_ACCOUNT,
    NOT_ACTIVE,
    Holder,
    Letterhead,
    Stranger,
    Unusable,
    letter_instead,
    notice,
)
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.recover_username import messages as username_messages
from cers_app.reset_password import messages as link_messages
from cers_app.reset_password.messages import Life
from cers_app.settings import Settings

AT = datetime(2026, 5, 22, 19, 5, tzinfo=UTC)
PERSON = Holder(None, "anngause", "anngause@example.com", "Ann Gause")
FORMER = "ann@example.org"
TOKEN = "a-link-that-leads-nowhere-" + "0" * 17


def all_of(config: Settings) -> Mapping[str, Message]:
    """Every mail, by the name of its template. The links lead nowhere."""
    head = Letterhead.of(config)
    reminder, link = _row(MailKind.USERNAME_REMINDER), _row(MailKind.RESET_LINK)
    life = Life(AT, config.reset_link)
    return {
        username_messages.TEMPLATE: username_messages.reminder(head, reminder, PERSON, AT),
        link_messages.TEMPLATE: link_messages.reset_letter(head, link, PERSON, TOKEN, life),
        MailKind.PASSWORD_CHANGED: notice(head, _row(MailKind.PASSWORD_CHANGED), PERSON, AT),
        MailKind.EMAIL_CHANGED: notice(head, _row(MailKind.EMAIL_CHANGED, FORMER), PERSON, AT),
        NO_ACCOUNT: letter_instead(head, link, Stranger("stranger@example.com"), AT),
        NOT_ACTIVE: letter_instead(head, reminder, Unusable(PERSON, NOT_ACTIVE), AT),
        DISABLED: letter_instead(head, link, Unusable(PERSON, DISABLED), AT),
    }


def _row(kind: MailKind, address: str = "") -> OutgoingMail:
    return OutgoingMail(id="preview", kind=kind, address=address, created_at=AT, due_at=AT)
