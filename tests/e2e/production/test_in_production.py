"""The portal as people use it: production mode, behind nginx with TLS, at an address without a port."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from cers_app.storage.audit import AuditEvent
from cers_app.values import addresses
from tests.e2e.production.conftest import NAME, PRODUCTION, URL
from tests.support import answers, nginx, units
from tests.support import portal as portals
from tests.support.nginx import Nginx
from tests.support.page_objects import (
    AccountPage,
    ChangedPage,
    HelpPage,
    LeavingWatch,
    NewPasswordPage,
    RecoverPage,
    ResetPage,
    SentPage,
    SignInPage,
    UsernameSentPage,
    Watch,
)
from tests.support.page_objects.mail_request import ConfirmationPage, RequestPage
from tests.support.people import sign_in
from tests.support.portal import PASSWORD, Portal
from tests.support.ports import free_port

NEW_PASSWORD = "Blue kettle, nine o'clock train"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal as an agency sets it up: the settings of `deploy/`, its label, phone and pages, and a mail worker."""
    folder = tmp_path_factory.mktemp("production")
    (folder / "secret_key").write_text(f"{portals.SECRET_KEY}\n", "utf-8")
    # What this machine has in place of an agency's: the mail server, the folders and the address.
    given = {name: value for name, value in units.settings().items() if not name.startswith("CERS_SMTP_")}
    settings: dict[str, Any] = given | {
        **PRODUCTION,
        "CERS_PORTAL_LABEL": "Training",
        "CERS_SUPPORT_PHONE": "(916) 555-0100",
        "CERS_SUPPORT_HOURS": "Monday to Friday, 8 a.m. to 5 p.m.",
        "CERS_REGULATOR_URL": "https://www.example.gov/regulators/",
        "CERS_PRIVACY_URL": "https://www.example.gov/privacy/",
        "CERS_TERMS_URL": "https://www.example.gov/terms/",
        "CERS_DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
        "CERS_SECRET_KEY": "",
        "CERS_SECRET_KEY_FILE": str(folder / "secret_key"),
        "CERS_METRICS_PORT": str(free_port()),
    }
    with portals.running(folder, **settings) as running:
        environment = portals.environment(folder, running.port, running.inbox, **settings)
        with units.running("cers-mail.service", environment):
            yield running


def expect_connected(page: Page) -> None:
    """The page is live, so its socket is open, and it does not say that anything is wrong."""
    expect(page.locator("[data-live=true]")).to_be_attached()
    expect(page.locator("[data-state=no-connection]")).to_have_count(0)
    assert page.evaluate("location.port") == ""


def test_somebody_signs_in_changes_the_password_and_signs_out(portal: Portal, visit: Watch) -> None:
    portal.create_account("inproduction")
    visit.page.goto(f"http://{NAME}{SignInPage.PATH}")
    expect(visit.page).to_have_url(f"{URL}{SignInPage.PATH}")
    expect(visit.page.get_by_text("Training portal.")).to_be_visible()

    page = sign_in(visit, "inproduction").change_password()
    expect_connected(visit.page)
    page.change(PASSWORD, NEW_PASSWORD)
    ChangedPage(visit).expect_shown()
    notice = portal.inbox.wait("inproduction@example.com", subject="Password Changed")
    assert notice.mail["Subject"] == "[Training] CERS Account Password Changed"
    account = sign_in(visit, "inproduction", NEW_PASSWORD)
    expect_connected(visit.page)
    cookies = visit.page.context.cookies()
    assert [cookie for cookie in cookies if not cookie["secure"] or not cookie["name"].startswith("__Host-")] == []
    account.sign_out()

    SignInPage(visit).expect_shown()
    visit.page.goto(AccountPage.PATH)
    expect(visit.page).to_have_url(f"{URL}{SignInPage.PATH}")
    assert visit.errors == []


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("opened", [SignInPage, HelpPage])
def test_somebody_without_their_mail_finds_a_number_to_call_and_the_pages_of_the_agency(
    visit: Watch, opened: type[SignInPage] | type[HelpPage], width: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": 640})
    page = opened(visit)
    page.open()
    footer = visit.page.get_by_role("contentinfo")
    for part in footer, visit.page.get_by_role("complementary"):
        expect(part.get_by_role("link", name="Call (916) 555-0100", exact=True)).to_have_attribute(
            "href", "tel:+19165550100"
        )
        expect(part).to_contain_text("Hours: Monday to Friday, 8 a.m. to 5 p.m.")

    for name, path in (
        ("your facility's local regulator", "regulators"),
        ("Conditions of Use", "terms"),
        ("Privacy Policy", "privacy"),
    ):
        link = footer.get_by_role("link", name=name, exact=True)
        expect(link).to_have_attribute("href", f"https://www.example.gov/{path}/")
    expect(footer).to_contain_text("For additional CERS assistance contact your facility's local regulator")
    page.expect_sound(opened.HEADING)


def test_a_page_polls_where_the_network_closes_web_sockets(portal: Portal, page: Page) -> None:
    portal.create_account("pollsproduction")
    visit = LeavingWatch(page)
    polls: list[str] = []
    visit.page.on("request", lambda request: polls.append(request.url) if "=polling" in request.url else None)
    visit.page.route_web_socket("**/_event/**", lambda socket: socket.close())
    account = sign_in(visit, "pollsproduction")
    expect_connected(visit.page)
    account.sign_out_everywhere()

    SignInPage(visit).expect_shown()
    assert polls
    assert visit.errors == []


def look(portal: Portal, form: RequestPage) -> None:
    """Answer by the picture."""
    form.symbols.fill(answers.characters(portal, form.page))


def listen(portal: Portal, form: RequestPage) -> None:
    """Answer by the spoken digits."""
    with form.page.expect_response(lambda response: ".wav" in response.url) as heard:
        form.page.get_by_role("button", name="Play audio").click()
    assert heard.value.status == 200
    form.symbols.fill(answers.digits(portal, form.page))


def prove(_portal: Portal, form: RequestPage) -> None:
    """Answer by what the browser computes."""
    form.page.get_by_role("button", name="Verify another way").click()
    # Half a second of computing, which a crowded machine makes many.
    expect(form.page.locator("input[name=altcha]")).not_to_have_value("")


@pytest.mark.parametrize(
    ("kind", "sent", "verify"),
    [(RecoverPage, UsernameSentPage, look), (RecoverPage, UsernameSentPage, listen), (ResetPage, SentPage, prove)],
)
def test_a_mail_can_be_asked_for_with_each_way_to_verify(
    portal: Portal,
    visit: Watch,
    kind: type[RequestPage],
    sent: type[ConfirmationPage],
    verify: Callable[[Portal, RequestPage], None],
) -> None:
    name = f"{verify.__name__}{kind.__name__}".lower()[:16]
    portal.create_account(name)
    form = kind(visit)
    form.open()
    form.identifier.fill(f"{name}@example.com")
    verify(portal, form)
    form.next()

    sent(visit).expect_shown()
    expect_connected(visit.page)
    assert f" {URL}/" in portal.inbox.wait(f"{name}@example.com").text.replace("\n", " ")
    assert visit.errors == []


def test_the_link_in_the_mail_leads_to_a_new_password_and_stays_out_of_the_logs(
    portal: Portal, visit: Watch, proxy: Nginx
) -> None:
    portal.create_account("linkowner")
    form = ResetPage(visit)
    form.open()
    form.identifier.fill("linkowner")
    look(portal, form)
    form.next()
    SentPage(visit).expect_sent_to("the email address on file for that account")

    mail = portal.inbox.wait("linkowner@example.com", subject="Password Reset")
    assert mail.link == f"{URL}/r/{mail.token}"
    new = NewPasswordPage(visit)
    new.open_link(mail.link)
    new.expect_for("linkowner")
    expect_connected(visit.page)
    new.change(NEW_PASSWORD)
    ChangedPage(visit).expect_shown()

    sign_in(visit, "linkowner", NEW_PASSWORD)
    assert " GET /r/... 303 " in proxy.access_log
    assert mail.token not in proxy.access_log + proxy.error_log


def test_while_the_portal_is_away_people_are_told_and_no_token_is_logged(tmp_path: Path) -> None:
    token = "a-token-that-opens-something"
    with nginx.running(tmp_path, free_port(), NAME) as alone:
        told = [alone.request(f"{begin}{token}") for begin in ("/r/", "/R/", "//r/", "/%72/", "/not-me/")]
        told.append(alone.request(addresses.SIGN_IN))

    assert [answer.status for answer in told] == [503] * 6
    assert "is not available right now" in told[0].body
    assert "GET /sign-in/" in alone.error_log, "a fault is logged"
    assert token not in alone.access_log + alone.error_log


@pytest.mark.usefixtures("browser")  # else pytest runs it apart, with another portal
def test_an_address_that_a_visitor_makes_up_is_not_believed(portal: Portal, proxy: Nginx) -> None:
    form = {"username": "madeupaddress", "password": PASSWORD}
    answer = proxy.request(
        addresses.SESSION, form, origin=URL, x_forwarded_for="198.51.100.9", cookie=f"__Host-cers_browser={'b' * 43}"
    )

    assert answer.status == 303
    with portal.database.reading() as session:
        assert set(session.exec(select(AuditEvent.ip).where(AuditEvent.event == "sign_in_refused"))) == {"127.0.0.1"}


@pytest.mark.usefixtures("browser")  # the same
def test_no_request_has_an_address_for_developers_and_no_line_is_in_a_file(portal: Portal, proxy: Nginx) -> None:
    form = {"username": "nodeveloper", "password": PASSWORD}
    proxy.request(addresses.SESSION, form, origin=URL, cookie=f"__Host-cers_browser={'b' * 43}")
    with portal.database.reading() as session:
        refused = select(AuditEvent.request_id).where(AuditEvent.event == "sign_in_refused")
        (request_id, *_) = session.exec(refused.order_by(col(AuditEvent.id).desc()))

    logged = portal.log.read_text("utf-8")
    assert f'"request_id": "{request_id}"' in logged
    assert "/dev/" not in logged
    assert proxy.request(f"/dev/requests/{request_id}/").status == 404
    assert [path.name for path in portal.folder.iterdir() if path.name.startswith("portal.db.log")] == []
