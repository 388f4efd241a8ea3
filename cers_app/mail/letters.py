"""Which letter a row in the queue becomes, and the letters that belong to no single journey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from sqlmodel import Session

from cers_app.accounts.models import Account
from cers_app.mail.letterhead import Letterhead
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail.recipients import (
    DISABLED,
    NO_ACCOUNT,
    NOBODY,
    NOT_ACTIVE,
    PLACEHOLDER,
    Holder,
    Nobody,
    Stranger,
    Unusable,
    holder_of,
    recipient_of,
)
from cers_app.values.dates import clock_time, long_date
from cers_app.values.masking import mask
from cers_app.values.world import World

ASKED_FOR = {
    MailKind.USERNAME_REMINDER: "a reminder email for your CERS Account username",
    MailKind.RESET_LINK: "a link to reset the password of your CERS Account",
}
WANTED = {
    MailKind.USERNAME_REMINDER: "recover a CERS Account username",
    MailKind.RESET_LINK: "reset a CERS Account password",
}
SUBJECTS = {
    NO_ACCOUNT: "CERS Account Not Found",
    NOT_ACTIVE: "CERS Account Not Active",
    DISABLED: "CERS Account Disabled",
    MailKind.PASSWORD_CHANGED: "CERS Account Password Changed",
    MailKind.EMAIL_CHANGED: "CERS Account Email Address Changed",
}


Letter = Callable[[Session, OutgoingMail, Holder], Message]
"""Writes a journey's letter to the holder of an active account, and stores what the letter needs."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes every mail, in the unit of work that leases the mail. The account's state then picks the letter."""

    letterhead: Letterhead
    world: World
    stranger_gap: timedelta
    """The shortest time between two mails to an address without an account."""
    journeys: Mapping[MailKind, Letter]

    def write(self, session: Session, mail: OutgoingMail) -> Message:
        """Find the recipient of a row and write their letter."""
        now, journey = self.world.now(), self.journeys.get(MailKind(mail.kind))
        if journey is None:
            return notice(self.letterhead, mail, holder_of(session.get_one(Account, mail.account_id)), now)
        recipient = recipient_of(session, mail, now - self.stranger_gap)
        # The journey writes its letter in any case, so a row costs the same statements whoever it is for.
        letter = journey(session, mail, recipient if isinstance(recipient, Holder) else PLACEHOLDER)
        match recipient:
            case Holder():
                return letter
            case Nobody():
                return replace(letter, template=NOBODY)
            case Unusable() | Stranger():
                return letter_instead(self.letterhead, mail, recipient, now)
            case _:
                assert_never(recipient)


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


def notice(letterhead: Letterhead, mail: OutgoingMail, person: Holder, now: datetime) -> Message:
    """Write that a password or an email address has changed, and when (ASVS 6.3.7).

    A row with an address goes there: the owner of the former address learns that the account has another one now.
    """
    facts = {
        "name": person.name,
        "username": person.username,
        "masked": mask(person.email),
        "date": long_date(mail.created_at),
        "time": clock_time(mail.created_at),
    }
    return letterhead.write(mail, mail.kind, SUBJECTS[mail.kind], mail.address or person.email, facts, now)
