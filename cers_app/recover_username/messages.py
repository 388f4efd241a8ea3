"""The mail with the username."""

from datetime import datetime

from cers_app.mail.letters import Holder, Letterhead
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.values.dates import long_date

TEMPLATE, SUBJECT = "username_reminder", "CERS Account Username Reminder"


def reminder(letterhead: Letterhead, mail: OutgoingMail, holder: Holder, now: datetime) -> Message:
    """The template uses the words of the CERS help page."""
    facts = {"name": holder.name, "username": holder.username, "date": long_date(mail.created_at)}
    return letterhead.write(mail, TEMPLATE, SUBJECT, holder.email, facts, now)
