"""The pages that recover a username."""

from .mail_request import ConfirmationPage, RequestPage


class RecoverPage(RequestPage):
    """Recover my Username."""

    PATH, HEADING, LABEL = "/recover-username/", "Recover my Username", "Email Address"


class UsernameSentPage(ConfirmationPage):
    """Check your email, for the username."""

    PATH = "/recover-username/sent/"
    SENTENCE = "Your username was sent to the email address {where}."
