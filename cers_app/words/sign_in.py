"""Words of the sign-in page and the page for a forgotten username or password."""

HEADING = "Sign In"
USERNAME = "Username"
USERNAME_HINT = "Your username or your email address"
PASSWORD = "Password"
FORGOT = "Forgot your Username or Password?"
NOT_RECOGNIZED = "The username or password you entered is incorrect."
GUESSED = (
    "Too many wrong passwords were tried for this name. Sign in from a browser that you have used before, or reset your"
    " password."
)
DID_NOT_GO_THROUGH = "Your sign-in did not go through. Sign in again."
SIGNED_OUT = "You are signed out."
ENDED = "We closed your page because you had not used it for a while. Sign in to open the page again."
ENTER_USERNAME = "Enter your username"
ENTER_PASSWORD = "Enter your password"

FORGOT_USERNAME = "If you've forgotten your Username:"
FORGOT_USERNAME_NEEDS = "You must know the email address associated with your CERS account to continue."
RECOVER = "Recover my Username"
FORGOT_PASSWORD = "If you've forgotten your Password:"
FORGOT_PASSWORD_NEEDS = "You must know the Username or email address associated with your CERS account to continue."
RESET = "Reset my Password"
