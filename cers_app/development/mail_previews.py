"""A preview of every mail, written by the current templates. Developers and the tests of mail layout use them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from cers_app.accounts.models import Account, AccountState
from cers_app.mail.letters import Letterhead, Message, no_account, not_usable, notice
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.recover_username.messages import reminder
from cers_app.reset_password.messages import Life, reset_letter
from cers_app.settings import Settings
from cers_app.words.help import EXAMPLE_DEVICE, EXAMPLE_REFERENCE

AT = datetime(2026, 5, 22, 19, 5, tzinfo=UTC)
TOKEN = "a-link-that-leads-nowhere-" + "0" * 17


def all_of(config: Settings) -> Mapping[str, Message]:
    """Every mail, by the name of its template. The links lead nowhere."""
    head, ann, life = Letterhead.of(config), _ann(), Life(AT, config.reset_link)
    mails = (
        reminder(head, _row(MailKind.USERNAME_REMINDER), ann),
        reset_letter(head, _row(MailKind.RESET_LINK), ann, TOKEN, life),
        notice(head, _row(MailKind.PASSWORD_CHANGED), ann, TOKEN),
        notice(head, _row(MailKind.EMAIL_CHANGED, "ann@example.org", by_support=True), ann),
        notice(head, _row(MailKind.GUESSED), ann),
        notice(head, _row(MailKind.INVITATION, by_support=True), ann),
        no_account(head, _row(MailKind.RESET_LINK, "stranger@example.com")),
        not_usable(head, _row(MailKind.USERNAME_REMINDER), _ann(AccountState.NOT_ACTIVATED)),
        not_usable(head, _row(MailKind.RESET_LINK), _ann(AccountState.DISABLED)),
    )
    return {mail.template: mail for mail in mails}


def _ann(state: AccountState = AccountState.ACTIVE) -> Account:
    return Account(
        username="anngause",
        email="anngause@example.com",
        first_name="Ann",
        last_name="Gause",
        state=state,
        created_at=AT,
    )


def _row(kind: MailKind, address: str = "", *, by_support: bool = False) -> OutgoingMail:
    return OutgoingMail(
        id="preview",
        kind=kind,
        address=address,
        created_at=AT,
        due_at=AT,
        request_id="" if by_support else "preview",
        reference=EXAMPLE_REFERENCE,
        device=EXAMPLE_DEVICE,
    )
