"""Words of the account pages."""

from datetime import datetime, timedelta

from cers_app.values.dates import clock_time, long_date
from cers_app.values.events import Event
from cers_app.words.activity import HAPPENED

HEADING = "Your account"
CONTINUE = "Continue to CERS"
NAME = "Name"
USERNAME = "Username"
EMAIL = "Email Address"
LAST_SIGN_IN = "Last sign-in"
FIRST_TIME = "This is your first sign-in."
NEEDS_SCRIPT = "Your account details appear as soon as the page is ready. You need JavaScript to see them."
BUTTON_NEEDS_SCRIPT = "The button works as soon as the page is ready. It needs JavaScript."
SIGN_OUT = "Sign out"
SIGN_OUT_EVERYWHERE = "Sign out everywhere"
SIGNED_OUT = "You are signed out. Sign in to see your account."
REFRESH = "Refresh"

OPEN_SESSIONS = "Where you are signed in"
OPEN_SESSIONS_WORDS = (
    "Each entry is a browser that is signed in to your account. If you don't recognize one, change your password. That"
    " signs you out everywhere."
)
THIS_BROWSER = "This browser"
SIGN_OUT_THIS = "Sign out"
SIGN_OUT_OF = "Sign out {device}"
SIGNED_OUT_OTHER = "That browser is signed out."
ENDS_SOON = ("You will be signed out at ", ", because nothing has happened here for a while.")
ENDS_SOON_ANYWAY = ("You will be signed out at ", ". Then sign in again.")
STAY = "Stay signed in"
RECENT_ACTIVITY = "Recent activity"
RECENT_ACTIVITY_WORDS = "If you don't recognize something here, change your password."

CHANGE_PASSWORD = "Change password"
CURRENT = "Current password"
ENTER_CURRENT = "Enter your current password"
WRONG_CURRENT = "The current password is incorrect. Enter it again."
SAME = "The new password is the same as the current one. Choose a different one."
ENDS_SESSIONS = "Changing your password signs you out everywhere. Then sign in with your new password."
RESET_INSTEAD = "Reset my Password"
FORGOT_CURRENT = "Forgot your current password?"


def moment(at: datetime, now: datetime) -> str:
    """A time in Pacific Time, and the date unless it is today or yesterday."""
    days = {long_date(now): "today", long_date(now - timedelta(days=1)): "yesterday"}
    return f"{days.get(long_date(at), f'on {long_date(at)}')} at {clock_time(at)}"


def checked(at: datetime) -> str:
    """When the visitor last refreshed the page."""
    return f"Up to date at {clock_time(at, 'medium')}."


def since(opened_at: datetime, now: datetime) -> str:
    """When a browser signed in."""
    return f"Signed in {moment(opened_at, now)}"


def last_used(seen_at: datetime, now: datetime) -> str:
    """When a signed-in browser last used the account."""
    return f"Last used {moment(seen_at, now)}"


def sentence_case(words: str) -> str:
    """The words with a capital letter at their start."""
    return words[:1].upper() + words[1:]


def network(ip: str, here: str) -> str:
    """Where a browser was. `here` is the address of the browser that asks."""
    return "From your current network" if ip == here else f"From the internet address {ip}" if ip else ""


def step(event: Event, count: int) -> str:
    """An event of the account, with a count when it happened more than once within a minute."""
    return HAPPENED[event].for_owner + (f" ({count} times)" if count > 1 else "")
