"""Routes that are no pages of a journey."""

import json

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from cers_app.storage.audit import AuditEvent
from cers_app.values import addresses
from cers_app.values.events import Event
from tests.support.page_objects import (
    AccountPage,
    ForgotPage,
    HelpPage,
    NewPasswordPage,
    RecoverPage,
    ResetPage,
    SignInPage,
    Watch,
)
from tests.support.portal import PASSWORD, Portal
from tests.support.staged import STAGES
from tests.support.wire import Jar, browse, request


def test_the_mailbox_shows_where_mail_goes(portal: Portal, visit: Watch) -> None:
    visit.page.goto("/dev/mailbox/")

    expect(visit.page.get_by_role("heading", level=1, name="Mailbox")).to_be_visible()
    expect(visit.page.get_by_text(f"Mail goes to the mail server at 127.0.0.1:{portal.inbox.port}.")).to_be_visible()
    assert visit.errors == []
    listing = request(portal.url, path="/dev/mailbox/mails.json")
    assert isinstance(json.loads(listing.body), list)
    assert request(portal.url, path=f"/dev/mailbox/{'0' * 32}/html").status == 404


def test_the_page_of_a_request_shows_its_steps(portal: Portal, visit: Watch) -> None:
    form = {"username": "nobodywithapage", "password": PASSWORD}
    request(portal.url, "POST", addresses.SESSION, browse(portal.url), {"sec-fetch-site": "same-origin"}, form)
    with portal.database.reading() as session:
        refused = select(AuditEvent.request_id).where(AuditEvent.event == Event.SIGN_IN_REFUSED)
        (request_id, *_) = session.exec(refused.order_by(col(AuditEvent.id).desc()))

    visit.page.goto(f"/dev/requests/{request_id}/")

    expect(visit.page.get_by_role("heading", level=1, name=f"Request {request_id}")).to_be_visible()
    expect(visit.page.get_by_role("cell", name="Failed sign-in (sign-in)")).to_be_visible()
    assert visit.errors == []


@pytest.mark.parametrize("path", ["/healthz", "/healthz/", "/readyz", "/readyz/"])
def test_a_probe_learns_nothing_but_that_all_is_well(portal: Portal, path: str) -> None:
    answer = request(portal.url, path=path)

    assert (answer.status, answer.body, answer.headers["cache-control"]) == (200, "ok", "no-store")


@pytest.mark.parametrize("host", ["192.0.2.7", "[2001:db8::7]:3000", "evil.example"])
def test_a_probe_by_ip_address_is_answered_and_a_page_is_not(portal: Portal, host: str) -> None:
    probed = [request(portal.url, path=path, headers={"host": host}) for path in ("/healthz", "/readyz/")]
    pages = [
        request(portal.url, path=path, headers={"host": host})
        for path in (addresses.SIGN_IN, addresses.SESSION, "/healthz/x")
    ]

    assert [(answer.status, answer.body) for answer in probed] == [(200, "ok")] * 2
    assert [answer.status for answer in pages] == [400] * 3


# In a stage, a page asks for no sign-in. The page of a failed service has no address that leads to it.
ONE_OF_EACH = {stage.path: stage.name for stage in STAGES.values() if stage.path.endswith("/")}


@pytest.mark.parametrize("path", sorted(ONE_OF_EACH.keys() - {addresses.TROUBLE}))
def test_every_page_answers_with_and_without_its_slash(portal: Portal, path: str) -> None:
    query = f"?stage={ONE_OF_EACH[path]}"
    without, with_slash = (request(portal.url, path=f"{each}{query}") for each in (path.removesuffix("/"), path))

    assert (without.status, without.location) == (307, f"{path}{query}")
    assert with_slash.status == (404 if path == addresses.MISSING else 200)
    assert with_slash.headers["cache-control"] == "no-store"


def test_the_first_address_leads_on(portal: Portal) -> None:
    answer = request(portal.url, path="/", jar=Jar())

    assert (answer.status, answer.location) == (303, addresses.SIGN_IN)


def test_an_unknown_address_is_a_page_that_says_so(portal: Portal, visit: Watch) -> None:
    visit.page.goto("/nowhere/")

    expect(visit.page.get_by_role("heading", level=1, name="Page not found")).to_be_visible()
    assert request(portal.url, path="/nowhere/").status == 404
    assert request(portal.url, path="/.well-known/anything").status == 404


@pytest.mark.parametrize("kind", [SignInPage, ForgotPage, HelpPage, RecoverPage, ResetPage])
def test_every_page_is_sound(visit: Watch, kind: type[SignInPage]) -> None:
    kind(visit).open()


def test_who_opened_no_link_is_told_what_to_do(visit: Watch) -> None:
    page = NewPasswordPage(visit)
    page.page.goto(page.PATH)

    page.expect_closed()


def test_the_confirmation_of_another_tab_leads_to_the_form(visit: Watch) -> None:
    visit.page.goto(addresses.LINK_SENT)

    ResetPage(visit).expect_shown()


def test_an_empty_form_says_which_fields_and_keeps_nothing_back(visit: Watch) -> None:
    page = SignInPage(visit)
    page.open()
    page.sign_in("", "")
    page.expect_problem("Enter your username")
    page.expect_problem("Enter your password")

    page.page.get_by_role("link", name="Enter your password").click()
    expect(page.page.get_by_label("Password", exact=True)).to_be_focused()


def test_who_signs_out_is_out_in_every_way(portal: Portal, visit: Watch) -> None:
    portal.create_account("signsout")
    page, account = SignInPage(visit), AccountPage(visit)
    page.open()
    page.sign_in("signsout", PASSWORD)
    account.expect_of("signsout")
    cookies = Jar({str(cookie["name"]): str(cookie["value"]) for cookie in visit.page.context.cookies()})
    assert request(portal.url, path=addresses.ACCOUNT, jar=cookies).status == 200

    account.sign_out()
    page.expect_shown()

    assert "cers_session" not in {cookie["name"] for cookie in visit.page.context.cookies()}
    assert request(portal.url, path=addresses.ACCOUNT, jar=cookies).location == addresses.SIGN_IN
    visit.page.go_back()
    expect(visit.page.get_by_text("signsout")).to_have_count(0)
    assert request(portal.url, path=addresses.ACCOUNT, jar=browse(portal.url)).location == addresses.SIGN_IN


def test_a_password_can_be_shown_and_hidden(visit: Watch) -> None:
    page = SignInPage(visit)
    page.open()
    box = page.page.get_by_label("Password", exact=True)
    box.fill("what was typed")

    page.page.get_by_role("button", name="Show password").click()
    expect(box).to_have_attribute("type", "text")
    page.page.get_by_role("button", name="Hide password").click()
    expect(box).to_have_attribute("type", "password")
    expect(box).to_have_value("what was typed")


def test_a_shown_password_is_hidden_as_it_is_sent(visit: Watch) -> None:
    page = SignInPage(visit)
    page.open()
    box = page.page.get_by_label("Password", exact=True)
    page.page.get_by_role("button", name="Show password").click()
    expect(box).to_have_attribute("type", "text")
    box.evaluate("box => box.form.addEventListener('submit', () => (globalThis.sentAs = box.type))")
    page.sign_in("nobody1", "what was typed")

    page.expect_problem("is incorrect")
    assert page.page.evaluate("globalThis.sentAs") == "password"
    expect(box).to_have_attribute("type", "password")
    expect(page.page.get_by_role("button", name="Show password")).to_be_visible()
