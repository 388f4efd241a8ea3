"""Another application on the portal's host, behind nginx with the operator's files: people reach it signed in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from cers_app.values import addresses
from tests.e2e.production.conftest import NAME, PRODUCTION, URL
from tests.support import application, nginx
from tests.support import portal as portals
from tests.support.application import Application
from tests.support.nginx import Nginx
from tests.support.page_objects import AccountPage, SignInPage, Watch
from tests.support.portal import PASSWORD, Portal

REPORTS, QUERY = "/reports/", "/reports/2026/%C3%BCber%26?a=1&b=2%26c=3+4&next=/help/"
FORGED = {
    "x_cers_username": "mallory",
    "X_CERS_Username": "mallory",
    "x_forwarded_for": "198.51.100.9",
    "x_original_uri": "/help/",
}


@pytest.fixture(scope="module")
def reports() -> Iterator[Application]:
    """The other application."""
    with application.running() as running:
        yield running


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal as an agency sets it up. An address may make 60 requests a minute."""
    with portals.running(
        tmp_path_factory.mktemp("production"),
        **PRODUCTION,
        CERS_TRUSTED_HOPS="1",
        CERS_PORTAL_LABEL="Training",
        CERS_LIMIT_REQUESTS_PER_MINUTE="60",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def proxy(portal: Portal, reports: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """What stands in front of both."""
    with nginx.running(tmp_path_factory.mktemp("nginx"), portal.port, NAME, reports.port) as running:
        yield running


@pytest.fixture(scope="module")
def cookies(browser: Browser, portal: Portal, proxy: Nginx) -> str:
    """The cookies of somebody who is signed in."""
    assert browser
    portal.create_account("reporter")
    form = {"username": "reporter", "password": PASSWORD}
    answer = proxy.request(addresses.SESSION, form, origin=URL, cookie=f"__Host-cers_browser={'b' * 43}")
    assert answer.location == addresses.ACCOUNT
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("set-cookie", []))


def test_somebody_signs_in_and_gets_the_page_with_its_whole_query(
    portal: Portal, visit: Watch, reports: Application
) -> None:
    portal.create_account("wantsreports")
    visit.page.goto(QUERY)
    page = SignInPage(visit)
    page.expect_live()
    page.expect_shown()
    assert reports.at(QUERY) == []
    page.sign_in("wantsreports", PASSWORD)

    expect(visit.page.get_by_role("heading", name="Reports")).to_be_visible()
    expect(visit.page).to_have_url(URL + QUERY)
    assert [each.headers["x-cers-username"] for each in reports.at(QUERY)] == ["wantsreports"]

    visit.page.goto(addresses.ACCOUNT)
    AccountPage(visit).sign_out()
    SignInPage(visit).expect_shown()
    visit.page.goto(REPORTS)
    expect(visit.page).to_have_url(f"{URL}/sign-in/?next=/reports/")
    assert reports.at(REPORTS) == []


def test_the_application_learns_who_is_signed_in_and_gets_no_cookie_of_the_portal(
    proxy: Nginx, reports: Application, cookies: str
) -> None:
    path = f"{REPORTS}own?cookies"
    for sent in (
        f"{cookies}; reports_session=a=b c; other=1",
        f"xreports_session=1;{cookies};\treports_session=",
        cookies,
    ):
        assert proxy.request(path, None, cookie=sent, x_secret="kept", **FORGED).status == 200

    got = [each.headers for each in reports.at(path)]
    assert [each["cookie"] for each in got] == ["reports_session=a=b c", "reports_session=", None]
    for each in got:
        assert (each.get_all("x-cers-username"), each.get_all("x-forwarded-for")) == (["reporter"], ["127.0.0.1"])
        assert (each["host"], each["x-forwarded-proto"], each["x-secret"]) == (NAME, "https", "kept")
        assert "cers_session" not in str(each)
        # Many applications take an underscore in the name of a header for a hyphen.
        assert [name for name in each if "username" in name.lower()] == ["X-CERS-Username"]


@pytest.mark.parametrize("path", [REPORTS, "/reports/%2e%2e/reports/x", "//reports//x", "/help/../reports/x"])
def test_nobody_reaches_the_application_without_a_session(
    proxy: Nginx, reports: Application, cookies: str, path: str
) -> None:
    made_up = f"__Host-cers_browser={'b' * 43}; __Host-cers_session={'s' * 43}"
    before = len(reports.received)
    for sent in ("", made_up, cookies.replace("__Host-", "")):
        answer = proxy.request(path, None, cookie=sent, **FORGED)
        assert (answer.status, answer.location.partition("?")[0]) == (303, addresses.SIGN_IN)
        assert answer.headers["cache-control"] == "no-store"
    assert len(reports.received) == before

    assert proxy.request(path, cookie=cookies).status == 200
    assert len(reports.received) == before + 1


def test_a_form_arrives_whole_and_is_not_sent_to_the_portal(proxy: Nginx, reports: Application, cookies: str) -> None:
    form, path = {"text": "x" * 200_000}, f"{REPORTS}save?draft=1"
    refused = proxy.request(path, form)
    assert (refused.status, refused.location) == (303, "/sign-in/?next=/reports/")
    assert reports.at(path) == []

    assert proxy.request(path, form, cookie=cookies).status == 200
    (saved,) = reports.at(path)
    assert (saved.method, saved.body) == ("POST", f"text={'x' * 200_000}".encode())


def test_the_route_for_the_check_is_public_and_the_way_of_nginx_to_it_is_not(proxy: Nginx, cookies: str) -> None:
    known = proxy.request(addresses.SESSION, cookie=cookies)
    assert (known.status, known.headers["x-cers-username"]) == (204, "reporter")
    assert proxy.request(addresses.SESSION).status == 401
    assert proxy.request("/cers-session-check", cookie=cookies).status == 404


def test_what_the_application_asks_for_does_not_use_up_the_limit_of_an_address(proxy: Nginx, cookies: str) -> None:
    assert {proxy.request(f"{REPORTS}{number}.png", cookie=cookies).status for number in range(100)} == {200}
    assert proxy.request(addresses.HELP).status == 200

    assert 303 in {proxy.request(REPORTS).status for _ in range(60)}
    assert proxy.request(addresses.HELP).status == 429
    assert proxy.request(REPORTS).status == 503
    assert proxy.request(f"{REPORTS}still.png", cookie=cookies).status == 200
