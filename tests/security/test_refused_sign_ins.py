"""A refused native sign-in is told once, to that browser alone, and leaves no password that can be sent again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.portal import PASSWORD, Portal
from tests.security.browsers import post, refusal
from tests.wire import Jar, browse, request

PLAIN = "/sign-in/plain"
FREE = 5


def test_a_refusal_is_told_once(portal: Portal) -> None:
    jar = browse(portal.url)
    assert "is not right" in refusal(portal, jar, {"username": "toldonce", "password": "not this one"}).body

    assert request(portal.url, path=PLAIN, jar=jar).location == "/sign-in/"


def test_a_refusal_is_told_to_nobody_else_and_says_only_what_the_portal_wrote(portal: Portal) -> None:
    jar = browse(portal.url)
    post(portal, "/session", jar, {"username": "toldtome", "password": "not this one"})
    note, thief = jar.values["cers_refused"], browse(portal.url)
    kept = dict(jar.values)

    assert "toldtome" in request(portal.url, path=PLAIN, jar=Jar(dict(kept))).body
    changed = note.replace(note.split(".")[1], "WyJub2JvZHkiLCB7ImZvcm0iOiAiQ2FsbCA1NTUifV0=")
    for forged in (changed, "", "....", "é".encode().decode("latin-1"), "sign-in.e30=.9999999999."):
        assert request(portal.url, path=PLAIN, jar=Jar({**kept, "cers_refused": forged})).location == "/sign-in/"
    assert request(portal.url, path=PLAIN, jar=Jar({**thief.values, "cers_refused": note})).location == "/sign-in/"
    asked = Jar({**kept, "cers_asked": note})
    assert request(portal.url, path="/reset-password/sent/plain", jar=asked).location == "/reset-password/"


@pytest.mark.parametrize("username", ["x" * 254, "\U0001f9ff" * 254, "\x01" * 254, "x" * 4096])
def test_a_long_name_fits_into_the_cookie(portal: Portal, username: str) -> None:
    jar = browse(portal.url)

    assert "is not right" in refusal(portal, jar, {"username": username, "password": "not this one"}).body


def test_leaving_takes_the_note_along(portal: Portal) -> None:
    jar = browse(portal.url)
    post(portal, "/session", jar, {"username": "leavesanote", "password": "not this one"})
    assert jar.values["cers_refused"]
    post(portal, "/sign-out", jar, {})

    assert not jar.values.get("cers_refused")


def test_no_page_of_the_history_sends_the_password_again(
    portal: Portal, another_browser: Callable[..., BrowserContext]
) -> None:
    portal.create_account("sharedcomputer")
    context = another_browser(java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    for _ in range(FREE):
        post(portal, "/session", browse(portal.url), {"username": "sharedcomputer", "password": "not this one"})
    page.get_by_label("Username").fill("sharedcomputer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("alert")).to_contain_text("too many times")

    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.reload()
    expect(page).to_have_url("/sign-in/")
    page.go_back()
    page.reload()
    expect(page).to_have_url("/sign-in/")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert posted == []
