"""Words that the two requests for an email share. Keep the sentences of the CERS help page to the letter."""

from datetime import datetime

from cers_app.values.dates import clock_time_from

CHECK_EMAIL = "Check your email"
ON_FILE = "the email address on file for that account"
NOTICE = (
    "This and future emails from CERS will be sent from {sender}. Please ensure your email software/service"
    " will not block emails from this address as spam or junk."
)
SEND_AGAIN = "Send it again"
AGAIN_NEEDS_SCRIPT = "You need JavaScript to send it again. Without JavaScript, start a new request."
TOO_EARLY = "It is too early to send it again. Select Send it again at the time shown here."
AGAIN_NOW = "You can send it again now"
UNKNOWN_USERNAME = "There is no CERS account with this username. Check it, or recover your username."
NEXT_STEPS = "What happens next"
HOUR_MINUTES = 60


def again_at(at: datetime) -> str:
    """Says when the visitor can send the email again, in Pacific Time. The page adds a countdown."""
    return f"You can send it again at {clock_time_from(at)} Pacific Time"


def asked_again(most: int, minutes: int) -> str:
    """Says only what is true for everyone. This email may not be sent: the limit and the account decide that."""
    period = "an hour" if minutes == HOUR_MINUTES else f"in {minutes} minutes"
    return f"You asked for another email. CERS sends at most {most} emails {period}, and each of them works."
