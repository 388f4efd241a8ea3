"""The mail with the username."""

from cers_app.accounts.models import Account
from cers_app.mail.letters import Letterhead, Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.values.dates import long_date

TEMPLATE, SUBJECT = "username_reminder", "CERS Account Username Reminder"


def reminder(letterhead: Letterhead, mail: OutgoingMail, account: Account) -> Message:
    """The template uses the words of the CERS help page."""
    facts = {"name": account.name, "username": account.username, "date": long_date(mail.created_at)}
    return letterhead.write(mail, TEMPLATE, SUBJECT, account.email, facts)
