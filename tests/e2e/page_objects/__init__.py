"""Every page of the portal, for tests and for QA; `docs/qa.md` shows how they are used."""

from tests.e2e.page_objects.account import AccountPage, ChangePasswordPage
from tests.e2e.page_objects.base import PortalPage, Watch
from tests.e2e.page_objects.help import HelpPage
from tests.e2e.page_objects.recover_username import RecoverPage, UsernameSentPage
from tests.e2e.page_objects.reset_password import ChangedPage, NewPasswordPage, ResetPage, SentPage
from tests.e2e.page_objects.sign_in import ForgotPage, SignInPage

__all__ = [
    "AccountPage",
    "ChangePasswordPage",
    "ChangedPage",
    "ForgotPage",
    "HelpPage",
    "NewPasswordPage",
    "PortalPage",
    "RecoverPage",
    "ResetPage",
    "SentPage",
    "SignInPage",
    "UsernameSentPage",
    "Watch",
]
