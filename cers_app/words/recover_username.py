"""Words of the pages that recover a username. Keep the sentences of the CERS help page to the letter."""

from cers_app.words import mail_request

HEADING = "Recover my Username"
ENTER_EMAIL = "Enter the email address associated with your CERS account."
ENTER_CHARACTERS = "Enter the Verification Characters provided."
EMAIL = "Email Address"
EMAIL_MISSING = "Enter your email address"
EMAIL_ODD = "Enter only your email address, like name@example.com"
JOURNEY = (mail_request.TELL_US, mail_request.CHECK_EMAIL, "You are done")
STEPS = (
    "We send an email with your username.",
    "You sign in with that username.",
    "If you also forgot your password, reset it with your username or email address.",
)
WAS_SENT = ("Your username was sent to the email address ", ".")
ADDRESS = "you entered"
NOW = "When the email arrives, sign in with the username in it."
HELP = (
    "If you do not receive an email from CERS containing your Username within 15 minutes of your request, remember to"
    " check your email spam folder. If you still have not received the email from CERS, please send an email to:"
    " {support}. Be sure to include in your email that you never received your username from CERS as requested. CERS"
    " Tech Support will be able to provide you with your Username."
)
