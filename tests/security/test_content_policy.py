"""What the content security policy lets through in a real browser: the portal's own scripts and styles alone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cers_app.values import addresses
from tests.support.page_objects import ForgotPage, HelpPage, RecoverPage, ResetPage, SignInPage, Watch
from tests.support.people import Open, sign_in
from tests.support.portal import Portal
from tests.support.wire import request

PATHS = [
    addresses.SIGN_IN,
    addresses.FORGOT,
    addresses.HELP,
    addresses.RECOVER_USERNAME,
    addresses.RESET_PASSWORD,
    addresses.NEW_PASSWORD,
    "/nowhere/",
]
LISTEN = """document.addEventListener('securitypolicyviolation',
    event => { (globalThis.violations ??= []).push(event.effectiveDirective + ' ' + event.blockedURI) })"""


@pytest.fixture
def page(another_browser: Open) -> Page:
    context: BrowserContext = another_browser()
    context.add_init_script(LISTEN)
    return context.new_page()


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("() => globalThis.violations ?? []")
    return found


@pytest.mark.parametrize("path", PATHS)
def test_no_page_of_ours_breaks_its_own_policy(portal: Portal, page: Page, path: str) -> None:
    policy = request(portal.url, path=path).headers["content-security-policy"]
    assert "unsafe" not in policy
    page.goto(path)
    if path != "/nowhere/":
        expect(page.locator("[data-live=true]")).to_be_attached()

    assert violations(page) == []


def test_following_links_and_signing_in_breaks_it_neither(portal: Portal, page: Page) -> None:
    portal.create_account("policyuser")
    watch = Watch(page)
    for kind in (SignInPage, ForgotPage, HelpPage, RecoverPage, ResetPage):
        kind(watch).open()
    start = SignInPage(watch)
    start.open()
    start.forgot().reset_my_password().expect_picture()
    sign_in(watch, "policyuser").change_password()

    assert violations(page) == []


def test_a_script_or_style_that_somebody_slipped_in_does_not_run(portal: Portal, page: Page) -> None:
    assert portal.url
    page.goto(addresses.SIGN_IN)
    page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.wasRun = true';
        document.head.append(script);
        const style = document.createElement('style');
        style.textContent = 'h1 { display: none }';
        document.head.append(style);
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:9/x.png';
        document.body.append(image);
    }""")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("() => globalThis.wasRun") is None
    assert {found.split()[0] for found in violations(page)} == {"script-src-elem", "style-src-elem", "img-src"}


def test_the_mailbox_shows_mails_in_a_frame_that_runs_nothing(portal: Portal, page: Page) -> None:
    assert "script-src 'none'" in request(portal.url, path="/dev/mailbox/").headers["content-security-policy"]
    page.goto("/dev/mailbox/")

    expect(page.get_by_role("heading", level=1, name="Mailbox")).to_be_visible()
    assert violations(page) == []
