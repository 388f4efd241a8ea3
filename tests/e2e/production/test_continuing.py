"""After signing in, a person continues to the agency's application, which is at another address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cers_app.values import addresses
from tests.e2e.production.conftest import PRODUCTION, URL
from tests.support import application
from tests.support import portal as portals
from tests.support.application import Application
from tests.support.nginx import CERTIFICATE
from tests.support.page_objects import AccountPage, ChangePasswordPage, SignInPage, Watch
from tests.support.portal import PASSWORD, Portal

OTHER, START = "cers.test", "https://cers.test/start?from=portal&to=home"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that people use to get to another application."""
    with portals.running(
        tmp_path_factory.mktemp("continuing"),
        **PRODUCTION,
        CERS_TRUSTED_HOPS="1",
        CERS_CONTINUE_URL=START,
    ) as running:
        yield running


@pytest.fixture(scope="module")
def other() -> Iterator[Application]:
    """The application, at an origin of its own."""
    with application.running(CERTIFICATE) as running:
        yield running


@pytest.fixture(scope="module")
def hosts(hosts: dict[str, int], other: Application) -> dict[str, int]:
    """The application has an address as well."""
    return {**hosts, f"{OTHER}:443": other.port}


def sign_in(visit: Watch, username: str) -> None:
    page = SignInPage(visit)
    page.open()
    page.sign_in(username, PASSWORD)


def test_signing_in_leads_to_the_application_which_learns_nothing_else(
    portal: Portal, visit: Watch, other: Application
) -> None:
    portal.create_account("continues")
    sign_in(visit, "continues")

    expect(visit.page).to_have_url(START)
    expect(visit.page.get_by_role("heading", name="Reports")).to_be_visible()
    asked = other.at("/start?from=portal&to=home")[-1]
    assert (asked.method, asked.headers["cookie"], asked.headers["referer"]) == ("GET", None, None)
    assert visit.errors == []


def test_signing_in_without_javascript_leads_there_as_well(portal: Portal, browser: Browser) -> None:
    portal.create_account("plaincontinues")
    with browser.new_context(base_url=URL, ignore_https_errors=True, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(addresses.SIGN_IN)
        page.get_by_label("Username").fill("plaincontinues")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign In").click()
        expect(page).to_have_url(START)

        page.goto(addresses.ACCOUNT)
        expect(page.get_by_role("link", name="Continue to CERS")).to_have_attribute("href", START)


@pytest.mark.parametrize("wanted", [ChangePasswordPage, AccountPage])
def test_somebody_who_wanted_a_page_of_the_portal_gets_that_page(
    portal: Portal, visit: Watch, wanted: type[AccountPage] | type[ChangePasswordPage]
) -> None:
    name = f"wants{wanted.__name__.lower()}"[:16]
    portal.create_account(name)
    visit.page.goto(wanted.PATH)
    page = SignInPage(visit)
    page.expect_live()
    page.sign_in(name, PASSWORD)

    wanted(visit).expect_shown()
    assert visit.errors == []


def test_the_account_page_leads_to_the_application_and_nothing_goes_in_circles(portal: Portal, visit: Watch) -> None:
    portal.create_account("inandout")
    sign_in(visit, "inandout")
    expect(visit.page).to_have_url(START)

    # The application may send people back who are signed in here. They stay at their account.
    for address in (addresses.INDEX, addresses.SIGN_IN):
        visit.page.goto(URL + address)
        expect(visit.page).to_have_url(URL + addresses.ACCOUNT)
    AccountPage(visit).expect_of("inandout")
    links = visit.page.get_by_role("main").get_by_role("link")
    expect(links.first).to_have_accessible_name("Continue to CERS")
    expect(visit.page.locator("main .button.primary:visible")).to_have_count(1)
    links.first.click()
    expect(visit.page).to_have_url(START)
    assert visit.errors == []


def test_no_form_may_lead_to_a_third_address(page: Page) -> None:
    post = """document.body.innerHTML = `<form method=post action="${to}"></form>`;
        document.querySelector("form").submit();"""
    refused = f"""to => new Promise(done => {{
        document.addEventListener("securitypolicyviolation", event => done(event.violatedDirective));
        {post}
    }})"""
    page.goto(addresses.HELP)
    assert page.evaluate(refused, "https://third.test/") == "form-action"
    assert page.url == URL + addresses.HELP

    with page.expect_navigation(url=START):
        page.evaluate(f"to => {{ {post} }}", START)
