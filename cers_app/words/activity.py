"""What happened to an account, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from cers_app.values.events import Event


@dataclass(frozen=True, slots=True)
class Words:
    """What support staff and the account's owner read."""

    for_staff: str
    for_owner: str = ""
    """Empty for an event that the owner does not see."""


HAPPENED: Mapping[str, Words] = {
    Event.SIGN_IN_OK: Words("Signed in", "Signed in"),
    Event.SIGN_IN_REFUSED: Words("Failed sign-in", "Failed sign-in"),
    Event.SIGNED_OUT: Words("Signed out", "Signed out"),
    Event.REMINDER_ASKED: Words("Username requested", "Username reminder requested"),
    Event.LINK_ASKED: Words("Reset link requested", "Password reset requested"),
    Event.MAIL_SENT: Words("Email sent"),
    Event.MAIL_FAILED: Words("Email failed"),
    Event.LINK_OPENED: Words("Reset link opened", "Reset link opened"),
    Event.LINK_USED: Words("Reset link used", "Reset link used"),
    Event.LINK_REFUSED: Words("Reset link refused"),
    Event.PASSWORD_CHANGED: Words("Password changed", "Password changed"),
    Event.PASSWORD_DISOWNED: Words("Password voided by its owner: this was not me", "You selected This was not me"),
    Event.SESSIONS_ENDED: Words("Sessions ended", "Signed out everywhere"),
    Event.THROTTLED: Words("Refused: too many attempts"),
    Event.VERIFICATION_FAILED: Words("Wrong verification characters"),
    Event.PASSWORD_REFUSED: Words("Incorrect current password", "Incorrect current password"),
    Event.ACCOUNT_CREATED: Words("Account created"),
    Event.ACCOUNT_SHOWN: Words("Account viewed"),
    Event.ACCOUNT_ACTIVATED: Words("Account activated"),
    Event.ACCOUNT_DISABLED: Words("Account disabled"),
    Event.ACCOUNT_ENABLED: Words("Account enabled"),
    Event.EMAIL_CHANGED: Words("Email address changed", "Email address changed"),
    Event.MAIL_RETRIED: Words("Email retried"),
    Event.INVITED: Words("Invited to set up a password"),
}
SHOWN_TO_OWNER = [event for event, words in HAPPENED.items() if words.for_owner]
