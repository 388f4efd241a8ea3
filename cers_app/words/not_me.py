"""Words of the page for people who did not change their password."""

HEADING = "This was not me"
ASK = "Did somebody else change the password of your CERS Account? Then select the button."
THEN = "This is what happens:"
STEPS = (
    "The new password stops working.",
    "Your account is signed out on all devices.",
    "Links to reset the password stop working.",
    "You get an email with a fresh link, so that only you can choose the next password.",
)
DONE_HEADING = "Check your email"
DONE = (
    "The new password no longer works. Choose the next one with the link that we send to the email address of your"
    " account. Then send an email to CERS Technical Support, so that they know: {support}"
)
TOO_LATE_HEADING = "This link no longer works"
TOO_LATE = (
    "The link works once, for 7 days. It stops working if you reset your password or your email address changes. If you"
    " did not change your password, reset it now. Then send an email to CERS Technical Support, so that they know:"
    " {support}"
)
