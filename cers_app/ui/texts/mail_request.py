"""Words that both journeys share. The sentences of the CERS help page are kept to the letter."""

from datetime import datetime, timedelta

from cers_app.mail.templates import clock_time

CHECK_EMAIL = "Check your email"
ON_FILE = "the email address on file for that account"
NOTICE = (
    "This and future emails from CERS will be sent from {sender}. Please ensure your email software/service"
    " will not block emails from this address as spam or junk."
)
SEND_AGAIN = "Send it again"
TOO_EARLY = "Not yet. Wait until the time shown here, then select Send it again."
SENT_AGAIN = "We sent another email."
UNKNOWN_USERNAME = "There is no CERS account with this username. Check it, or recover your username."
NEXT_STEPS = "What happens next"


def again_from(at: datetime) -> str:
    """When it can be sent again; the time is California's, the next full minute: few clocks show seconds."""
    full = at + timedelta(seconds=-at.second % 60, microseconds=-at.microsecond)
    return f"You can send it again from {clock_time(full)} Pacific Time."
