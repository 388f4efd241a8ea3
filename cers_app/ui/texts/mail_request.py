"""Words that both journeys share. The sentences of the CERS help page are kept to the letter."""

from datetime import datetime

from cers_app.mail.templates import clock_time_with_seconds

CHECK_EMAIL = "Check your email"
ON_FILE = "the email address on file for that account"
NOTICE = (
    "This and future emails from CERS will be sent from {sender}. Please ensure your email software/service"
    " will not block emails from this address as spam or junk."
)
SEND_AGAIN = "Send it again"
TOO_EARLY = "Not yet. The last email was sent a moment ago."
SENT_AGAIN = "We sent another email."
UNKNOWN_USERNAME = "There is no CERS account with this username. Check it, or recover your username."
NEXT_STEPS = "What happens next"


def again_from(at: datetime) -> str:
    """When it can be sent again; the time is California's, to the second."""
    return f"You can send it again from {clock_time_with_seconds(at)} Pacific Time."
