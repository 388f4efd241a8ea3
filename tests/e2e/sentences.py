"""Every sentence that must stand on a page or in a mail to the letter: those of the CERS help page."""

SUPPORT = "cers@calepa.ca.gov"
FOOTER = (
    "For additional CERS assistance contact your facility's local regulator",
    f"Technical problems can be referred to CERS Technical Support ({SUPPORT})",
)
VERIFICATION = ("Enter Verification Characters", "Refresh", "Input symbols", "Next", "Cancel")
NOTICE = (
    f"This and future emails from CERS will be sent from {SUPPORT}. Please ensure your email software/service will not"
    " block emails from this address as spam or junk."
)
USERNAME_HELP = (
    "If you do not receive an email from CERS containing your Username within 15 minutes of your request, remember to"
    " check your email spam folder. If you still have not received the email from CERS, please send an email to:"
    f" {SUPPORT}. Be sure to include in your email that you never received your username from CERS as requested. CERS"
    " Tech Support will be able to provide you with your Username."
)
LINK_HELP = (
    "If you do not receive an email from CERS containing a link to reset your password within 15 minutes of your"
    " request, remember to check your email spam folder. If you still have not received the email from CERS, please"
    f" send an email to: {SUPPORT}. Be sure to include in your email that you never received a link to reset your"
    " password from CERS as requested. CERS Tech Support will be able to provide you with a link to reset your"
    " password."
)
NEEDS_EMAIL = "You must know the email address associated with your CERS account to continue."
NEEDS_EITHER = "You must know the Username or email address associated with your CERS account to continue."
PROVIDE = (
    "Provide your username or email address associated with your CERS Account to begin the password reset process."
)
REMINDED = "you requested a reminder email for your CERS Account username. Your username is:"
DO_NOT_REPLY = "This is an automated email sent from the CERS System. Please DO NOT REPLY"
SIGNATURE = (
    "California Environmental Reporting System http://cers.calepa.ca.gov/ Contact: CERS Technical Assistance"
    f" ({SUPPORT})"
)
RESET = (
    ". To continue resetting your password, select the link below (or copy and paste the link into your web browser)."
)
CLICKING = (
    'Clicking the "Forgot your Username or Password?" link on the CERS Business Portal Sign In page will take you here:'
)
ENTER_BOTH = (
    "Enter the Username or email address associated with your CERS account. Enter the Verification Characters provided."
)

PAGES: dict[str, tuple[str, ...]] = {
    "sign-in": ("Forgot your Username or Password?", *FOOTER),
    "forgot": (
        "If you've forgotten your Username:",
        NEEDS_EMAIL,
        "Recover my Username",
        "If you've forgotten your Password:",
        NEEDS_EITHER,
        "Reset my Password",
        *FOOTER,
    ),
    "recover-username": (
        "Recover my Username",
        "Enter the email address associated with your CERS account.",
        "Enter the Verification Characters provided.",
        *VERIFICATION,
        *FOOTER,
    ),
    "recover-username-sent": (
        "Your username was sent to the email address an****se@example.com.",
        NOTICE,
        USERNAME_HELP,
        "Send it again",
        "Sign In",
        *FOOTER,
    ),
    "reset-password": ("Reset my Password", PROVIDE, "Username or Email Address", *VERIFICATION, *FOOTER),
    "reset-password-sent": (
        "An email will be sent to ca*****01@example.com with instructions to reset your password.",
        NOTICE,
        LINK_HELP,
        "Send it again",
        "Sign In",
        *FOOTER,
    ),
    "reset-password-sent-username": (
        "An email will be sent to the email address on file for that account with instructions to reset your password.",
        NOTICE,
        LINK_HELP,
    ),
    "help": (
        "I've forgotten my User Name and/or Password? How do I reset?",
        CLICKING,
        "If you've forgotten your Username:",
        NEEDS_EMAIL,
        'Click the "Recover my Username" button',
        "Enter the email address associated with your CERS account.",
        "Enter the Verification Characters provided.",
        "Below is an example of the confirmation that CERS will send your user name to the email provided:",
        "Your username was sent to the email address an****se@gmail.com.",
        NOTICE,
        "Sign In",
        "Below is an example of the email you will receive containing your user name:",
        "[Training] CERS Account Username Reminder",
        f"CERS Automated Messaging - DO NOT REPLY <{SUPPORT}> to me",
        "Ann Gause,",
        f"On May 9, 2017 {REMINDED} anngause@gmail.com",
        "CERS Sign-In:",
        DO_NOT_REPLY,
        SIGNATURE,
        USERNAME_HELP,
        "If you've forgotten your Password:",
        NEEDS_EITHER,
        'Click the "Reset my Password" button',
        ENTER_BOTH,
        PROVIDE,
        "Username or Email Address",
        "Enter Verification Characters",
        "Refresh",
        "Input symbols",
        "Next Cancel",
        "An email will be sent to ca*****01@gmail.com with instructions to reset your password.",
        "Below is an example of the email you will receive containing a link to reset your CERS password:",
        f"A password reset request for the CERS Account with username _____ was made on May 22, 2017{RESET}",
        "Link Provided: <",
        LINK_HELP,
        *FOOTER,
    ),
}

MAILS: dict[str, tuple[str, ...]] = {
    "Username Reminder": ("Ann Gause,", REMINDED, "CERS Sign-In:", DO_NOT_REPLY, SIGNATURE),
    "Password Reset": (
        "A password reset request for the CERS Account with username",
        "was made on",
        RESET,
        DO_NOT_REPLY,
        SIGNATURE,
    ),
}


def missing(sentences: tuple[str, ...], text: str) -> list[str]:
    """The sentences a text does not hold, however its lines are broken."""
    flat = " ".join(text.split())
    return [sentence for sentence in sentences if sentence not in flat]
