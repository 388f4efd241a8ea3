"""Words that many pages share. Keep the sentences of the CERS help page to the letter."""

from datetime import datetime

from cers_app.values.dates import clock_time_from

PORTAL = "Business Portal"
TITLE = "CERS Business Portal"
ERROR = "Error: "
SKIP = "Skip to Main Content"
BANNER = "{label} portal. Nothing you do here is reported."
NOT_THE_STATE = "This is a reimplementation for demonstration. It is not a State of California website."
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
BUSY = "Many people are using this service right now. Wait a few seconds, then try again."
HELP_LINK = "Help with usernames and passwords"
NO_COOKIES = (
    "Your browser does not save cookies for this site. Allow cookies, then reload the page. Without cookies the portal"
    " cannot recognize your browser."
)
NO_CONNECTION = (
    "Your network limits this page. It still works, but each step reloads. The page keeps what you typed. If a page"
    " does not load, check your internet connection."
)
HIDE_MESSAGE = "Hide this message"
TROUBLE = "The service has a problem"
TROUBLE_WORDS = (
    "Your last step did not work. Wait a few minutes, then try again. If it still does not work, send an email to:"
    " {support}"
)
STOPPED = "This page has stopped working"
STOPPED_WORDS = "Reload the page, or start over at the sign-in page. If that does not help, send an email to: {support}"
ODD_NAME = "Enter only your username (5 to 16 letters and digits) or your email address, like name@example.com"
NO_PAGE = "Page not found"
NO_PAGE_WORDS = "If you typed the address, check it. If you followed a link, the page may have moved."

TOO_MANY = "You have tried too many times. Wait a while, then try again."


def too_many(retry_at: datetime) -> str:
    """Tells a visitor who must wait when to try again, in Pacific Time."""
    return f"You have tried too many times. Try again at {clock_time_from(retry_at)}."
