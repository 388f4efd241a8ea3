"""Words that the two requests for an email share. Keep the sentences of the CERS help page to the letter."""

from datetime import timedelta

from cers_app.values.dates import in_minutes

CHECK_EMAIL = "Check your email"
TELL_US = "Tell us who you are"
ON_FILE = "the email address on file for that account"
NOTICE = (
    "This and future emails from CERS will be sent from {sender}. Please ensure your email software/service"
    " will not block emails from this address as spam or junk."
)
YOU_ENTERED = ("You entered ", ".")
YOU_TYPED = ("You typed ", ". Did you mean ", "?")
TYPED_WRONG = "Made a typo?"
CHANGE_IT = "Change it"
REFERENCE = ("Your reference is ", ". CERS Technical Support may ask you for it.")
NOT_ARRIVED = "If the email does not arrive"
SEND_AGAIN = "Send it again"
AGAIN_NEEDS_SCRIPT = "To send it again without JavaScript:"
START_OVER = "Start a new request"
TOO_EARLY = "Not yet. Check your inbox and your spam folder first. The line above says when you can send it again."
AGAIN_AT = "You can send it again at {at}"
"""The page adds a countdown."""
AGAIN_NOW = "You can send it again now"
UNKNOWN_USERNAME = "There is no CERS account with this username. Check it, or recover your username."
NEXT_STEPS = "What happens next"


def asked_again(most: int, period: timedelta) -> str:
    """Says only what is true for everyone. This email may not be sent: the limit and the account decide that."""
    each = "an hour" if period == timedelta(hours=1) else f"in {in_minutes(period)}"
    return f"You asked for another email. CERS sends at most {most} emails {each}, and each of them works."
