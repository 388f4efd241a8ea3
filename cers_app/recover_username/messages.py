"""The mail with the username."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from cers_app.mail.letterhead import Letterhead
from cers_app.mail.letters import Letters
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.recipients import PLACEHOLDER, Holder, Nobody, Recipients, Stranger, Unusable
from cers_app.values.dates import long_date

TEMPLATE, SUBJECT = "username_reminder", "CERS Account Username Reminder"


@dataclass(frozen=True, slots=True)
class UsernameMail:
    """Writes the username reminder, in the help page's words."""

    letterhead: Letterhead
    letters: Letters
    recipients: Recipients
    clock: Callable[[], datetime]

    def __call__(self, mail: OutgoingMail) -> Message:
        """Write the username; or why there is none."""
        recipient = self.recipients.of(mail)
        match recipient:
            case Holder():
                return reminder(self.letterhead, mail, recipient, self.clock())
            case Unusable() | Stranger():
                return self.letters.instead(mail, recipient)
            case Nobody():
                return replace(reminder(self.letterhead, mail, PLACEHOLDER, self.clock()), is_for_nobody=True)
            case _:
                assert_never(recipient)


def reminder(letterhead: Letterhead, mail: OutgoingMail, holder: Holder, now: datetime) -> Message:
    """The username reminder; the help page shows it as its example too."""
    facts = {"name": holder.name, "username": holder.username, "date": long_date(mail.created_at)}
    return letterhead.write(mail, TEMPLATE, SUBJECT, holder.email, facts, now)
