"""Words of the account page."""

HEADING = "Your account"
NAME = "Name"
USERNAME = "Username"
EMAIL = "Email Address"
SIGN_OUT = "Sign out"
SIGNED_OUT = "You are signed out. Sign in to see your account."
REFRESH = "Refresh"
