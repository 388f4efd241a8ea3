"""The addresses of the portal: of each page, and of the posts that have an address of their own."""

INDEX = "/"
SIGN_IN = "/sign-in/"
FORGOT = "/forgot/"
RECOVER_USERNAME = "/recover-username/"
USERNAME_SENT = "/recover-username/sent/"
RESET_PASSWORD = "/reset-password/"  # noqa: S105 - an address
LINK_SENT = "/reset-password/sent/"
NEW_PASSWORD = "/reset-password/new/"  # noqa: S105 - an address
NOT_ME = "/not-me/"
PASSWORD_CHANGED = "/password-changed/"  # noqa: S105 - an address
ACCOUNT = "/account/"
CHANGE_PASSWORD = "/account/password/"  # noqa: S105 - an address
HELP = "/help/"
ACCESSIBILITY = "/accessibility/"
TROUBLE, MISSING = "/trouble/", "/not-found/"
"""Their pages take the place of others. No link leads to them."""

SESSION = "/session"
SIGN_OUT = "/sign-out"
SIGN_OUT_EVERYWHERE = "/sign-out-everywhere"
SIGNED_OUT = f"{SIGN_IN}#signed-out"
RENEW_LINK = "/reset-password/renew"
CANCEL = "/reset-password/cancel"
RESET_DONE = "/reset-password/changed"
CHANGE_DONE = "/account/password/changed"
"""`…_DONE`: what a live page posts to after it has changed the password, because only an answer clears a cookie."""
