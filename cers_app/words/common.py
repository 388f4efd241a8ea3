"""Words that many pages share. Keep the sentences of the CERS help page to the letter."""

from datetime import datetime

from cers_app.values.dates import clock_time_from

PORTAL = "Business Portal"
TITLE = "CERS Business Portal"
ERROR = "Error: "
SKIP = "Skip to Main Content"
BANNER = "This is the {label} portal. Nothing here is sent to your regulator."
NOT_THE_STATE = "Demonstration site. Not an official website of the State of California."
STEPS = "Steps"
NEED_HELP = "Need help?"
HELP = "Help"
WRITE_TO = "CERS Technical Support: {support}"
CALL = "Call "
HOURS = "Hours: {hours}"
REGULATOR = ("For additional CERS assistance contact ", "your facility's local regulator")
TECHNICAL_PROBLEMS = "Technical problems can be referred to CERS Technical Support ({support})"
TERMS, PRIVACY = "Conditions of Use", "Privacy Policy"
SIGN_IN = "Sign In"
CANCEL = "Cancel"
NEXT = "Next"
SHOW, HIDE = "Show", "Hide"
VISIBLE = "Your password is visible."
SHOW_PASSWORD, HIDE_PASSWORD = "Show password", "Hide password"
THERE_IS_A_PROBLEM = "There is a problem"
LOADING = "Loading…"
SENDING = "Sending…"
BUSY = "The service is busy right now. Wait a few seconds, then try again."
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
    "Something went wrong on our side. Wait a few minutes, then try again. If it still does not work, send an email to:"
    " {support}"
)
STOPPED = "This page has stopped working"
STOPPED_WORDS = "Reload the page, or start over at the sign-in page. If that does not help, send an email to: {support}"
ODD_NAME = "Enter only your username (5 to 16 letters and digits) or your email address, like name@example.com"
NO_PAGE = "Page not found"
NO_PAGE_WORDS = "If you typed the address, check it. If you followed a link, the page may have moved."

NETWORK_TOO_MANY = "Too many requests have come from your network. Wait a while, then try again."
TOO_MANY = "You have tried too many times. Wait a while, then try again."


def too_many(retry_at: datetime) -> str:
    """Tells a visitor who must wait when to try again, in Pacific Time."""
    return f"You have tried too many times. Try again at {clock_time_from(retry_at)}."


def network_too_many(retry_at: datetime) -> str:
    """Tells a visitor that other people used the network up. The visitor may have done nothing wrong."""
    return f"Too many requests have come from your network. Try again at {clock_time_from(retry_at)}."
