"""Words of the page for people who did not change their password."""

HEADING = "This was not me"
ASK = "Did somebody else change the password of your CERS Account?"
THEN = "If you select This was not me, this happens:"
IT_WAS_ME = "It was me"
STEPS = (
    "The new password stops working.",
    "Your account is signed out on all devices.",
    "Links to reset the password stop working.",
    "You get an email with a fresh link, so that only you can choose the next password.",
)
DONE_HEADING = "Check your email"
DONE = "The password that somebody else chose no longer works, and your account is signed out on all devices."
NEXT = (
    "Open the email that we send to the email address of your account. If it does not arrive, check your spam folder.",
    "Choose a new password with the link in that email. The link works once, for {lasts}.",
    "Then tell CERS Technical Support what happened: {support}",
)
TOO_LATE_HEADING = "This link no longer works"
TOO_LATE = "If you have already selected This was not me, your account is safe: check your email."
TOO_LATE_WHY = (
    "The link works once, for 7 days. It stops working if you reset your password or your email address changes. If you"
    " did not change your password, reset it now. Then send an email to CERS Technical Support, so that they know:"
    " {support}"
)
