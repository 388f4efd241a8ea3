"""Every page of the portal, for tests and for QA; `docs/qa.md` shows how they are used."""

from tests.support.page_objects.account import AccountPage, ChangePasswordPage
from tests.support.page_objects.base import LeavingWatch, PortalPage, Watch
from tests.support.page_objects.help import HelpPage
from tests.support.page_objects.recover_username import RecoverPage, UsernameSentPage
from tests.support.page_objects.reset_password import ChangedPage, NewPasswordPage, ResetPage, SentPage
from tests.support.page_objects.sign_in import ForgotPage, SignInPage

__all__ = [
    "AccountPage",
    "ChangePasswordPage",
    "ChangedPage",
    "ForgotPage",
    "HelpPage",
    "LeavingWatch",
    "NewPasswordPage",
    "PortalPage",
    "RecoverPage",
    "ResetPage",
    "SentPage",
    "SignInPage",
    "UsernameSentPage",
    "Watch",
]
