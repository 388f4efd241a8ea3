"""Words that stand on many pages. The sentences of the CERS help page are kept to the letter."""

from datetime import datetime

from cers_app.values.dates import clock_time_from

PORTAL = "Business Portal"
TITLE = "CERS Business Portal"
ERROR = "Error: "
SKIP = "Skip to Main Content"
BANNER = "{label} portal. Nothing you do here is reported."
NOT_THE_STATE = "A re-implementation for demonstration; not a site of the State of California."
NEED_HELP = "Need help?"
WRITE_TO = "CERS Technical Support: {support}"
REGULATOR = "For additional CERS assistance contact your facility's local regulator"
TECHNICAL_PROBLEMS = "Technical problems can be referred to CERS Technical Support ({support})"
SIGN_IN = "Sign In"
CANCEL = "Cancel"
NEXT = "Next"
SHOW, HIDE = "Show", "Hide"
VISIBLE = "Your password is visible."
SHOW_PASSWORD, HIDE_PASSWORD = "Show password", "Hide password"
THERE_IS_A_PROBLEM = "There is a problem"
LOADING = "One moment…"
SENDING = "Sending…"
BUSY = "Many people are using this service at this moment. Wait a few seconds, then try again."
HELP_LINK = "Help with usernames and passwords"
NO_CONNECTION = (
    "The live connection is not working. You can go on: each button loads a new page. What you typed is kept. If a page"
    " does not load, check your internet connection."
)
SERVICE_STATUS = "Service status"
HIDE_MESSAGE = "Hide this message"
TROUBLE = "The service has a problem"
TROUBLE_WORDS = (
    "Your last step did not work. Wait a few minutes, then try again. If it still does not work, send an email to:"
    " {support}"
)
STOPPED = "This page has stopped working"
STOPPED_WORDS = "Load it again, or begin at the sign-in page. If that does not help, send an email to: {support}"
NO_PAGE = "Page not found"
NO_PAGE_WORDS = "If you typed the address, check it. If you followed a link, it may have changed."

TOO_MANY = "You have tried too many times. Wait a while, then try again."


def too_many(retry_at: datetime) -> str:
    """What somebody reads who has to wait; the time is California's."""
    return f"You have tried too many times. Try again at {clock_time_from(retry_at)} Pacific Time."
