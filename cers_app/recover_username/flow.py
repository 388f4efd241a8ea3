"""The rule of recovering a username. A visitor must know the account's email address."""

from cers_app.mail_request.flow import MailRequest
from cers_app.verification.answers import Purpose


class RecoverUsername(MailRequest):
    """Asks for a username by email address only."""

    purpose = Purpose.RECOVER_USERNAME
    emails_only = True
