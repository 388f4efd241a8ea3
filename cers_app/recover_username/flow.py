"""The rule of recovering a username: one must know the email address of the account; the rest is any request's."""

from cers_app.mail_request.flow import MailRequest


class RecoverUsername(MailRequest):
    """Asking for a username: by email address, and never by the name that is asked for."""

    emails_only = True
