"""Every page of the portal, for tests and for QA; `docs/qa.md` shows how they are used."""

from .account import AccountPage, ChangePasswordPage
from .base import LeavingWatch, PortalPage, Watch
from .clock import Clock, NotInTestModeError
from .help import HelpPage
from .mailbox import Mail, Mailbox
from .recover_username import RecoverPage, UsernameSentPage
from .reset_password import ChangedPage, NewPasswordPage, ResetPage, SentPage
from .sign_in import ForgotPage, SignInPage

__all__ = [
    "AccountPage",
    "ChangePasswordPage",
    "ChangedPage",
    "Clock",
    "ForgotPage",
    "HelpPage",
    "LeavingWatch",
    "Mail",
    "Mailbox",
    "NewPasswordPage",
    "NotInTestModeError",
    "PortalPage",
    "RecoverPage",
    "ResetPage",
    "SentPage",
    "SignInPage",
    "UsernameSentPage",
    "Watch",
]
