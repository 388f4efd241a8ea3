"""The example mails of the help page, written by the same templates as real mails."""

from dataclasses import replace
from datetime import UTC, datetime

from cers_app.accounts.models import Account
from cers_app.mail.letters import Letterhead, Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.recover_username.messages import reminder
from cers_app.reset_password.messages import Life, reset_letter
from cers_app.settings import Settings
from cers_app.words import help as texts

REMINDED_AT = datetime(2017, 5, 9, 19, 0, tzinfo=UTC)
RESET_AT = datetime(2017, 5, 22, 19, 0, tzinfo=UTC)
"""The dates in the examples of the CERS help page."""


def username_mail(config: Settings) -> Message:
    """The username reminder to Ann Gause of the CERS help page."""
    account = _account(texts.EXAMPLE_ADDRESS, texts.EXAMPLE_ADDRESS)
    return reminder(_head(config), _row(MailKind.USERNAME_REMINDER, REMINDED_AT), account)


def link_mail(config: Settings) -> Message:
    """The mail with a reset link. The link leads nowhere."""
    account, life = _account(texts.EXAMPLE_USERNAME_GAP, texts.EXAMPLE_OTHER_ADDRESS), Life(RESET_AT, config.reset_link)
    return reset_letter(_head(config), _row(MailKind.RESET_LINK, RESET_AT), account, texts.EXAMPLE_TOKEN, life)


def _head(config: Settings) -> Letterhead:
    """The portal's letterhead, with the CERS help page's label if the portal has none.

    The notice is left out because the page shows it already. The address has no port, because one build of the page
    serves on any port.
    """
    head = Letterhead.of(config)
    address = config.public_url or texts.EXAMPLE_PORTAL
    return replace(head, base_url=address, label=head.label or texts.EXAMPLE_LABEL, notice="")


def _account(username: str, email: str) -> Account:
    first, last = texts.EXAMPLE_NAME
    return Account(username=username, email=email, first_name=first, last_name=last, created_at=REMINDED_AT)


def _row(kind: MailKind, asked_at: datetime) -> OutgoingMail:
    return OutgoingMail(
        id="example",
        kind=kind,
        created_at=asked_at,
        due_at=asked_at,
        request_id="example",
        reference=texts.EXAMPLE_REFERENCE,
        device=texts.EXAMPLE_DEVICE,
    )
