"""When the database or the connection is gone, people read so; nothing is claimed, nothing typed is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.page_objects import ResetPage, SentPage, SignInPage, Watch
from tests.support.people import Open
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.ports import free_port
from tests.support.wire import browse, request

LONGER_THAN_SQLITE_WAITS_MS = 12_000


@contextmanager
def locked(portal: Portal) -> Iterator[None]:
    """Somebody else writes, and does not stop."""
    connection = sqlite3.connect(portal.folder / "portal.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_a_locked_database_is_told_in_words_and_what_was_typed_stays(portal: Portal, visit: Watch) -> None:
    portal.create_account("introuble")
    page = ResetPage(visit)
    page.open()
    page.expect_picture()
    banner, before = visit.page.locator("[data-state=trouble]"), len(portal.log.read_text("utf-8"))
    with locked(portal):
        page.ask("introuble", CHARACTERS)
        expect(banner).to_be_visible(timeout=LONGER_THAN_SQLITE_WAITS_MS)
        expect(banner).to_contain_text("The service has a problem")
        expect(banner).to_contain_text("Something went wrong on our side.")
        expect(page.identifier).to_have_value("introuble")
        assert portal.inbox.to("introuble@example.com") == []

    page.next()
    SentPage(visit).expect_shown()
    expect(banner).to_have_count(0)
    portal.inbox.wait("introuble@example.com")
    assert "Traceback" not in portal.log.read_text("utf-8")[before:]
    assert "introuble" not in portal.log.read_text("utf-8")


def test_a_route_that_fails_answers_in_words_too(portal: Portal) -> None:
    jar, headers = browse(portal.url), {"sec-fetch-site": "same-origin"}
    portal.create_account("introuble2")
    form = {"username": "introuble2", "password": PASSWORD}
    with locked(portal):
        answer = request(portal.url, "POST", addresses.SESSION, jar, headers, form)
    assert (answer.status, answer.location) == (503, "")
    assert "The service has a problem" in answer.body
    assert "sqlite" not in answer.body.lower()
    assert answer.headers["retry-after"] == "60"
    assert "cers_session" not in jar.values

    assert request(portal.url, "POST", addresses.SESSION, jar, headers, form).location == addresses.ACCOUNT


def test_a_lost_connection_is_told_and_comes_back_by_itself(tmp_path: Path, browser: Browser) -> None:
    port = free_port()
    page = browser.new_page(base_url=f"http://localhost:{port}")
    banner = page.locator("[data-state=no-connection]")
    with portals.running(tmp_path, port=port):
        page.goto(SignInPage.PATH)
        expect(page.locator("[data-live=true]")).to_be_attached()
        expect(banner).to_have_count(0)
        page.get_by_label("Username").fill("somebody")

    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Your network limits this page.")
    assert "Cannot connect" not in page.content()
    assert "Connection Error" not in page.content()
    with portals.running(tmp_path, port=port):
        expect(banner).to_have_count(0)
        expect(page.get_by_label("Username")).to_have_value("somebody")
    page.close()


@pytest.mark.parametrize("path", ["/nowhere/", "/help/nowhere/", "/sign-in/x/"])
def test_an_address_where_nothing_is_says_so(portal: Portal, visit: Watch, path: str) -> None:
    assert request(portal.url, path=path).status == 404
    visit.page.goto(path)

    expect(visit.page.get_by_role("heading", name="Page not found")).to_be_visible()
    expect(visit.page).to_have_title("Page not found – CERS Business Portal")  # noqa: RUF001
    expect(visit.page.get_by_role("main").get_by_role("link", name="Sign In")).to_be_visible()


def test_an_address_where_nothing_is_says_so_without_scripts_too(portal: Portal, another_browser: Open) -> None:
    page = another_browser(java_script_enabled=False).new_page()
    page.goto(f"{portal.url}/nowhere/")

    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def test_a_page_whose_script_fails_says_so_and_shows_no_stack(portal: Portal, another_browser: Open) -> None:
    page = another_browser().new_page()
    broken: list[str] = []

    def break_it(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace(
            "`Forgot your Username or Password?`", "(() => { throw new Error('of a secret') })()"
        )
        broken.extend([route.request.url] * (text != answer.text()))
        route.fulfill(status=200, content_type="text/javascript", body=text)

    page.route("**/assets/*.js", break_it)
    page.goto(f"{portal.url}{addresses.SIGN_IN}")

    expect(page.locator("[data-state=stopped]")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="This page has stopped working")).to_be_visible()
    assert broken
    shown = page.locator("body").inner_text()
    assert "secret" not in shown
    assert "Error" not in shown
    assert "secret" not in portal.log.read_text("utf-8")
    page.unroute_all(behavior="ignoreErrors")  # what is still on its way
    page.get_by_role("link", name="Sign In").click()
    expect(page.get_by_role("heading", level=1, name="Sign In")).to_be_visible()
