"""A refused native sign-in leaves no password that can be sent again."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from cers_app.values import addresses
from tests.support.bare_browsers import post
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import browse

FREE = 5


def test_no_page_of_the_history_sends_the_password_again(
    portal: Portal, another_browser: Callable[..., BrowserContext]
) -> None:
    portal.create_account("sharedcomputer")
    context = another_browser(java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses.SIGN_IN)
    for _ in range(FREE):
        post(portal, addresses.SESSION, browse(portal.url), {"username": "sharedcomputer", "password": "not this one"})
    page.get_by_label("Username").fill("sharedcomputer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    expect(page.locator(":target")).to_contain_text("too many times")

    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.reload()
    expect(page).to_have_url(f"{addresses.SIGN_IN}#too-many-attempts")
    page.go_back()
    page.reload()
    expect(page).to_have_url(addresses.SIGN_IN)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert posted == []
