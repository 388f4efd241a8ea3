"""Opening a link consumes nothing; using it works once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from cers_app.accounts.passwords import Passwords
from cers_app.accounts.store import find
from cers_app.values import addresses
from tests.support.bare_browsers import post
from tests.support.journeys import NEW, change, mailed_link, new_password_socket, open_link
from tests.support.portal import Portal
from tests.support.wire import HYDRATE, NEW_SUBMIT, Jar, Socket, browse, request

AT_ONCE = 20


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_mail_scanner_that_opens_a_link_five_times_leaves_it_working(portal: Portal, method: str) -> None:
    name = f"scanned{method.lower()}"
    portal.create_account(name)
    token = mailed_link(portal, name).token

    for _ in range(5):
        answer = request(portal.url, method, f"/r/{token}", Jar())
        assert (answer.status, answer.location) == (303, addresses.NEW_PASSWORD)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert token not in answer.body

    assert used(portal, open_link(portal, token)) == {"stage": "changed"}


def test_a_scanner_with_a_whole_browser_leaves_a_link_working(portal: Portal, browser: Browser) -> None:
    portal.create_account("scannedfully")
    token = mailed_link(portal, "scannedfully").token

    for _ in range(5):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{portal.url}/r/{token}")
        expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
        context.close()

    assert used(portal, open_link(portal, token)) == {"stage": "changed"}


def test_of_twenty_uses_at_once_exactly_one_wins(portal: Portal) -> None:
    portal.create_account("contested")
    token = mailed_link(portal, "contested").token
    tabs = [new_password_socket(portal, open_link(portal, token), f"tab {number}") for number in range(AT_ONCE)]

    def use(number: int) -> dict[str, object]:
        socket, shown = tabs[number]
        with socket:
            return change(socket, shown["link"], password_of(number))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(use, range(AT_ONCE)))

    winners = [number for number, answer in enumerate(answers) if answer.get("stage") == "changed"]
    losers = [answer for answer in answers if answer.get("stage") != "changed"]
    assert len(winners) == 1
    for answer in losers:
        is_used = "A new password was set with this link" in str(answer.get("why"))
        problems = str(answer["problems"])
        assert is_used or "The service is busy" in problems or "too many times" in problems, answer
    with portal.database.reading() as session:
        account = find(session, "contested")
    assert account is not None
    assert Passwords().verify(account.password_hash, password_of(winners[0]))
    assert not Passwords().verify(account.password_hash, password_of((winners[0] + 1) % AT_ONCE))


def test_the_last_step_alone_changes_nothing(portal: Portal) -> None:
    portal.create_account("skippedto")
    token = mailed_link(portal, "skippedto").token
    open_link(portal, token)  # in her own browser; what nobody opened says so to everybody
    with Socket(portal.url, "a tab", browse(portal.url)) as socket:
        socket.call(HYDRATE)
        answer = socket.call(NEW_SUBMIT, form={"link": "", "password": "a password nobody asked for"})

    assert (answer["stage"], answer["heading"]) == ("useless", "Open the link again")
    assert used(portal, open_link(portal, token)) == {"stage": "changed"}


def test_a_form_shown_for_another_link_is_refused_and_explained(portal: Portal) -> None:
    portal.create_account("firstowner")
    portal.create_account("otherowner")
    first, other = mailed_link(portal, "firstowner").token, mailed_link(portal, "otherowner").token
    socket, shown = new_password_socket(portal, open_link(portal, first))
    socket.close()

    socket, _ = new_password_socket(portal, open_link(portal, other))
    with socket:
        answer = change(socket, shown["link"], "a password for the first owner")

    assert "You opened a newer reset link" in str(answer["problems"])
    assert answer["username"] == "otherowner"


@pytest.mark.parametrize(
    "token", ["", "x", "x" * 42 + "/y", "../../etc/passwd", "%00" * 20, "x/" * 2500, "'OR%201=1--"]
)
def test_a_broken_link_leads_to_help_and_never_to_an_error(portal: Portal, token: str) -> None:
    owner = f"broken{len(token):05}"
    portal.create_account(owner)
    open_link(portal, mailed_link(portal, owner).token)  # a live link, which a broken one must not find
    jar = browse(portal.url)
    answer = request(portal.url, path=f"/r/{token}", jar=jar)

    assert (answer.status, answer.location) in {(303, f"{addresses.NEW_PASSWORD}#not-complete"), (404, "")}
    assert "Traceback" not in answer.body
    assert "cers_reset" not in jar.values
    socket, shown = new_password_socket(portal, jar, address=answer.location or NEW)
    socket.close()
    assert shown["stage"] == "useless"
    assert "whole link" in str(shown["why"]) or answer.status == 404


def test_a_link_that_is_opened_just_after_a_change_is_not_taken_for_the_change(portal: Portal) -> None:
    portal.create_account("changedtwice")
    jar = open_link(portal, mailed_link(portal, "changedtwice").token)
    post(portal, addresses.RESET_DONE, jar)
    assert "cers_reset" not in jar.values
    assert request(portal.url, path=NEW, jar=jar).location == addresses.PASSWORD_CHANGED

    for token, end in ((mailed_link(portal, "changedtwice").token, ""), ("a-part", "#not-complete")):
        after = Jar(dict(jar.values))
        assert request(portal.url, path=f"/r/{token}", jar=after).location == NEW + end
        assert request(portal.url, path=NEW, jar=after).status == 200
        assert request(portal.url, path=addresses.PASSWORD_CHANGED, jar=after).location == addresses.SIGN_IN
        socket, shown = new_password_socket(portal, after, address=NEW + end)
        socket.close()
        assert shown["stage"] == ("useless" if end else "live")


def used(portal: Portal, jar: Jar) -> dict[str, object]:
    """Use the link opened in a browser; what the page's stage became."""
    socket, shown = new_password_socket(portal, jar)
    with socket:
        answer = change(socket, shown["link"], "a perfectly new password")
    return {"stage": answer.get("stage")}


def password_of(number: int) -> str:
    """Another password for each tab."""
    return f"a new password, number {number:02}"


def test_the_link_of_the_notice_changes_nothing_until_the_button_is_pressed(portal: Portal) -> None:
    portal.create_account("notmine01")
    jar = open_link(portal, mailed_link(portal, "notmine01").token)
    assert used(portal, jar) == {"stage": "changed"}
    token = portal.inbox.wait("notmine01@example.com", subject="Password Changed").text.partition("/not-me/")[2][:43]

    owner = browse(portal.url)
    opened = request(portal.url, path=f"/not-me/{token}", jar=owner)
    assert (opened.status, opened.location) == (303, addresses.NOT_ME)
    assert opened.headers["referrer-policy"] == "no-referrer"
    assert "httponly" in str(opened.headers["set-cookie"]).casefold()
    for method in ("GET", "HEAD"):
        assert request(portal.url, method, addresses.NOT_ME, owner).status == 200
    assert request(portal.url, "POST", addresses.NOT_ME, owner, {"sec-fetch-site": "cross-site"}, {}).status == 403
    assert has_password(portal, "notmine01"), "nobody pressed yet"

    assert post(portal, addresses.NOT_ME, owner).location == f"{addresses.NOT_ME}#done"
    assert not has_password(portal, "notmine01")
    assert portal.inbox.wait("notmine01@example.com", 2, "Password Reset").token
    assert post(portal, addresses.NOT_ME, owner).location == f"{addresses.NOT_ME}#open-again"
    request(portal.url, path=f"/not-me/{token}", jar=owner)
    assert post(portal, addresses.NOT_ME, owner).location == f"{addresses.NOT_ME}#too-late"
    assert token not in portal.log.read_text("utf-8")


def has_password(portal: Portal, username: str) -> bool:
    """Whether anybody could sign in to an account."""
    with portal.database.reading() as session:
        account = find(session, username)
    assert account is not None
    return account.password_hash is not None
