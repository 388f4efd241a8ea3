"""Letters that belong to no single journey: answers about unusable accounts, and notices after a change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from cers_app.accounts.models import Account
from cers_app.mail.letterhead import Letterhead
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.recipients import DISABLED, NO_ACCOUNT, NOT_ACTIVE, Holder, Stranger, Unusable
from cers_app.storage.database import Database
from cers_app.values.dates import clock_time, long_date
from cers_app.values.masking import mask

ASKED_FOR = {
    MailKind.USERNAME_REMINDER: "a reminder email for your CERS Account username",
    MailKind.RESET_LINK: "a link to reset the password of your CERS Account",
}
WANTED = {
    MailKind.USERNAME_REMINDER: "recover a CERS Account username",
    MailKind.RESET_LINK: "reset a CERS Account password",
}
PASSWORD_CHANGED, EMAIL_CHANGED = "password_changed", "email_changed"
SUBJECTS = {
    NO_ACCOUNT: "CERS Account Not Found",
    NOT_ACTIVE: "CERS Account Not Active",
    DISABLED: "CERS Account Disabled",
    PASSWORD_CHANGED: "CERS Account Password Changed",
    EMAIL_CHANGED: "CERS Account Email Address Changed",
}


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes these letters for the mail worker."""

    database: Database
    letterhead: Letterhead
    clock: Callable[[], datetime]

    def instead(self, mail: OutgoingMail, recipient: Unusable | Stranger) -> Message:
        """The letter for someone who asked and has no account they can use."""
        return letter_instead(self.letterhead, mail, recipient, self.clock())

    def password_changed(self, mail: OutgoingMail) -> Message:
        """The notice that a password has changed. It goes out after every change (ASVS 6.3.7)."""
        person = self._person(mail)
        return notice(self.letterhead, mail, PASSWORD_CHANGED, person, person.email, self.clock())

    def email_changed(self, mail: OutgoingMail) -> Message:
        """The notice to the former address that the account has another address now (ASVS 6.3.7)."""
        return notice(self.letterhead, mail, EMAIL_CHANGED, self._person(mail), mail.address, self.clock())

    def _person(self, mail: OutgoingMail) -> Holder:
        with self.database.reading() as session:
            account = session.get_one(Account, mail.account_id)
        return Holder(account.id, account.username, account.email, f"{account.first_name} {account.last_name}".strip())


def letter_instead(
    letterhead: Letterhead, mail: OutgoingMail, recipient: Unusable | Stranger, now: datetime
) -> Message:
    """Write that there is no account, or that the person cannot use it, and where to get help."""
    facts, kind = {"date": long_date(mail.created_at)}, MailKind(mail.kind)
    match recipient:
        case Stranger(address):
            facts |= {"wanted": WANTED[kind]}
            return letterhead.write(mail, NO_ACCOUNT, SUBJECTS[NO_ACCOUNT], address, facts, now)
        case Unusable(holder, template):
            facts |= {"asked_for": ASKED_FOR[kind], "name": holder.name, "username": holder.username}
            return letterhead.write(mail, template, SUBJECTS[template], holder.email, facts, now)
        case _:
            assert_never(recipient)


def notice(  # noqa: PLR0913, PLR0917 - the parts of a letter
    letterhead: Letterhead, mail: OutgoingMail, template: str, person: Holder, to: str, now: datetime
) -> Message:
    """Write that something has changed, and when."""
    facts = {
        "name": person.name,
        "username": person.username,
        "masked": mask(person.email),
        "date": long_date(mail.created_at),
        "time": clock_time(mail.created_at),
    }
    return letterhead.write(mail, template, SUBJECTS[template], to, facts, now)
