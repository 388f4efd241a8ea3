"""Words of the pages that reset a password. Keep the sentences of the CERS help page to the letter."""

from datetime import datetime

from cers_app.values.cancellation import WhyCancelled
from cers_app.values.dates import clock_time, long_date
from cers_app.words import mail_request

HEADING = "Reset my Password"
PROVIDE = (
    "Provide your ",
    "username or email address",
    " associated with your CERS Account to begin the password reset process.",
)
IDENTIFIER = "Username or Email Address"
ENTER_IDENTIFIER = "Enter your username or email address"

JOURNEY = (mail_request.TELL_US, mail_request.CHECK_EMAIL, "New password")
STEPS = (
    "We send an email with a link.",
    "The link works once, for {lasts}.",
    "You choose a new password and sign in.",
)

WILL_BE_SENT = ("An email will be sent to ", " with instructions to reset your password.")
NOW = "When the email arrives, select the link in it. The link works once, for {lasts}."
HELP = (
    "If you do not receive an email from CERS containing a link to reset your password within 15 minutes of your"
    " request, remember to check your email spam folder. If you still have not received the email from CERS, please"
    " send an email to: {support}. Be sure to include in your email that you never received a link to reset your"
    " password from CERS as requested. CERS Tech Support will be able to provide you with a link to reset your"
    " password."
)

CHOOSE = "Choose a new password"
FOR_WHOM = "For the CERS Account with username "
CHANGE = "Change password"
WORKS_UNTIL = "This link works until "
ENDS_SOON = ("This link works only until ", ". Choose your new password before that, or send a new link.")
OTHER_LINK = (
    "You opened a newer reset link in this browser. Check that the username is right, then enter your new password"
    " again."
)
SEND_NEW_LINK = "Send a new link"
ASK_FOR_NEW_LINK = "Ask for a new link"
CAN_RENEW = "We can send a new link to the same email address."
CAN_ASK = "Or ask for a new link. You will need to enter your username or email address again."
SAME_ADDRESS = "the same email address as before"
CANNOT_USE = "This link cannot be used"
OPEN_AGAIN = "Open the link again"

ALREADY_USED = "This link was already used"
USED = "A new password was set with this link. Was that you?"
IT_WAS_ME, NOT_ME = "Yes, it was me", "No, it was not me"
WAS_YOU = "Sign in with your new password."
WAS_NOT_YOU = (
    "Somebody else has changed your password. Send a new link to your email address, choose another password, and tell"
    " CERS Technical Support: {support}"
)
HAS_EXPIRED = "This link has expired"
EXPIRED = "A link works only for a limited time."
ALREADY_RENEWED = (
    "You already asked for a new link. It goes to the same email address. If it has not arrived, check your email spam"
    " folder."
)
NOT_OPENED = (
    "Open the link in your email again. If that brings you back to this page, copy the link from the email into your"
    " web browser."
)
IN_A_BROWSER = "Open this link in a web browser."
IS_NOT_COMPLETE = "This link is not complete"
NOT_COMPLETE = "Copy the whole link from the email into your web browser."


def used(at: datetime) -> str:
    """Shown when someone opens a link that was used."""
    return f"A new password was set with this link on {long_date(at)} at {clock_time(at)}. Was that you?"


def expired(at: datetime) -> str:
    """Shown when someone opens a link that has expired."""
    return f"This link expired at {clock_time(at)} on {long_date(at)}."


CANCELLED = {
    WhyCancelled.OTHER_LINK_USED: "a newer link was used",
    WhyCancelled.PASSWORD_CHANGED: "the password was changed",
    WhyCancelled.EMAIL_CHANGED: "the account's email address was changed",
    WhyCancelled.ACCOUNT_DISABLED: "the account was disabled",
    WhyCancelled.MAIL_BOUNCED: "its email could not be delivered",
}


CHANGED_THE_PASSWORD = {WhyCancelled.OTHER_LINK_USED, WhyCancelled.PASSWORD_CHANGED}


def cancelled(why: WhyCancelled, at: datetime | None = None) -> str:
    """Shown when someone opens a link that was canceled."""
    when = f" on {long_date(at)} at {clock_time(at)}" if at else ""
    question = " Was that you?" if why in CHANGED_THE_PASSWORD else ""
    return f"This link was canceled{when} because {CANCELLED[why]}.{question}"


def already_renewed(at: datetime) -> str:
    """Shown when someone asks for a new link twice. The mail worker may not have sent that link yet."""
    return (
        f"You asked for a new link on {long_date(at)} at {clock_time(at)}."
        " It goes to the same email address. If it has not arrived, check your email spam folder."
    )
