"""The letters that belong to no single journey: what became of a request, and notices after a change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from cers_app.accounts.masking import mask
from cers_app.accounts.models import Account
from cers_app.database import Database
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.recipients import DISABLED, NO_ACCOUNT, Holder, Stranger, Unusable
from cers_app.mail.templates import Letterhead, clock_time, long_date

ASKED_FOR = {
    MailKind.USERNAME_REMINDER: "a reminder email for your CERS Account username",
    MailKind.RESET_LINK: "a link to reset the password of your CERS Account",
}
SUBJECTS = {
    NO_ACCOUNT: "CERS Account Request",
    DISABLED: "CERS Account Disabled",
}
NOT_ACTIVE_SUBJECT = "CERS Account Not Active"


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes them."""

    database: Database
    letterhead: Letterhead
    clock: Callable[[], datetime]

    def instead(self, mail: OutgoingMail, recipient: Unusable | Stranger) -> Message:
        """What somebody gets who asked and has no account to use."""
        facts = {"date": long_date(mail.created_at), "asked_for": ASKED_FOR[MailKind(mail.kind)]}
        match recipient:
            case Stranger(address):
                return self.letterhead.write(mail, NO_ACCOUNT, SUBJECTS[NO_ACCOUNT], address, facts, self.clock())
            case Unusable(holder, template):
                facts |= {"name": holder.name, "username": holder.username}
                subject = SUBJECTS.get(template, NOT_ACTIVE_SUBJECT)
                return self.letterhead.write(mail, template, subject, holder.email, facts, self.clock())
            case _:
                assert_never(recipient)

    def password_changed(self, mail: OutgoingMail) -> Message:
        """The notice that a password was changed; it goes out after every change (ASVS 6.3.7)."""
        person = self._person(mail)
        return self._notice(mail, person, "password_changed", "CERS Account Password Changed", person.email)

    def email_changed(self, mail: OutgoingMail) -> Message:
        """The notice to the former address that the account has another one now (ASVS 6.3.7)."""
        person = self._person(mail)
        return self._notice(mail, person, "email_changed", "CERS Account Email Address Changed", mail.address)

    def _person(self, mail: OutgoingMail) -> Holder:
        with self.database.reading() as session:
            account = session.get_one(Account, mail.account_id)
        return Holder(account.id, account.username, account.email, f"{account.first_name} {account.last_name}".strip())

    def _notice(self, mail: OutgoingMail, person: Holder, template: str, subject: str, to: str) -> Message:
        facts = {
            "name": person.name,
            "username": person.username,
            "masked": mask(person.email),
            "date": long_date(mail.created_at),
            "time": clock_time(mail.created_at),
        }
        return self.letterhead.write(mail, template, subject, to, facts, self.clock())
