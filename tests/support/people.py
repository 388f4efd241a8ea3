"""People in browsers, and what they do in several tests."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.support.page_objects import AccountPage, SignInPage, Watch
from tests.support.portal import PASSWORD

Open = Callable[..., BrowserContext]


def sign_in(watch: Watch, username: str, password: str = PASSWORD) -> AccountPage:
    """Sign in from the sign-in page; the account page."""
    page = SignInPage(watch)
    page.open()
    page.sign_in(username, password)
    account = AccountPage(watch)
    account.expect_of(username)
    return account


def new_tab(another_browser: Open) -> Watch:
    """A tab in a browser of its own."""
    return Watch(another_browser().new_page())
