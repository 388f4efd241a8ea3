"""The rule of recovering a username. A visitor must know the account's email address."""

from cers_app.mail_request.flow import MailRequest


class RecoverUsername(MailRequest):
    """Asks for a username by email address only."""

    emails_only = True
