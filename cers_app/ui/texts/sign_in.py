"""Words of the sign-in and the forgot page."""

HEADING = "Sign In"
USERNAME = "Username"
USERNAME_HINT = "Your username or your email address"
PASSWORD = "Password"
FORGOT = "Forgot your Username or Password?"
NOT_RECOGNISED = "The username or password is not right. Try again, or reset your password."
WAIT = "You have tried too many times. Wait 15 minutes, then try again, or reset your password."
ENTER_USERNAME = "Enter your username"
ENTER_PASSWORD = "Enter your password"
TAKING_IN = "Signing in…"

FORGOT_PASSWORD = "If you've forgotten your Password:"
FORGOT_PASSWORD_NEEDS = (  # a sentence in three parts: plain, then the two underlined words
    "You must know the Username or email address associated with your CERS account to continue."
)
RESET = "Reset my Password"
