"""Words that both journeys share. The sentences of the CERS help page are kept to the letter."""

from datetime import datetime

from cers_app.values.dates import clock_time_from

CHECK_EMAIL = "Check your email"
ON_FILE = "the email address on file for that account"
NOTICE = (
    "This and future emails from CERS will be sent from {sender}. Please ensure your email software/service"
    " will not block emails from this address as spam or junk."
)
SEND_AGAIN = "Send it again"
AGAIN_NEEDS_SCRIPT = "Sending it again needs JavaScript. Without it, ask once more."
TOO_EARLY = "That was too early. Select Send it again when the time shown here has come."
AGAIN_NOW = "You can send it again now"
UNKNOWN_USERNAME = "There is no CERS account with this username. Check it, or recover your username."
NEXT_STEPS = "What happens next"
HOUR_MINUTES = 60


def again_at(at: datetime) -> str:
    """When it can be sent again; the time is California's. The page counts down behind it."""
    return f"You can send it again at {clock_time_from(at)} Pacific Time"


def asked_again(most: int, minutes: int) -> str:
    """What is true for everybody. Whether this email is sent depends on the limit, and on who has an account."""
    period = "an hour" if minutes == HOUR_MINUTES else f"in {minutes} minutes"
    return f"You asked for another email. CERS sends at most {most} emails {period}, and each of them works."
