"""After a reset the token and the passwords are nowhere they could be read."""

import json
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support.portal import CHARACTERS, ROOT, Portal

OLD, WRONG, NEW = "Old canary 4711 in the mine", "Wrong canary 4712 in the mine", "New canary 4713 in the mine"
NAME = "canaryowner"


def leaks(canaries: list[str], places: dict[str, bytes]) -> list[str]:
    """Where one of the canaries stands."""
    return [
        f"{canary[:12]}… in {place}" for canary in canaries for place, data in places.items() if canary.encode() in data
    ]


def files_of(portal: Portal) -> dict[str, bytes]:
    """Every file that the portal wrote: database, its journal, log, framework's states."""
    with portal.database.writing():
        pass  # what is still in the journal stands in a file, too
    folders = [portal.folder, ROOT / ".states", ROOT / ".local" / "mailbox" / "test"]
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def tables_of(portal: Portal) -> dict[str, bytes]:
    """Every table's rows as text."""
    with sqlite3.connect(portal.folder / "portal.db") as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}  # noqa: S608
    connection.close()
    return {name: text.encode() for name, text in rows.items()}


def browser_of(page: Page) -> dict[str, bytes]:
    """What scripts and the history of a tab hold; its HttpOnly cookies are not among it."""
    stores = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    entries = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    # `userTypedURL`, which the browser keeps for itself beside an address it was led away from, is its own profile.
    history = [(entry["url"], entry["title"]) for entry in entries]
    shown = {"url": page.url, "title": page.title(), "html": page.content()}
    return {"stores": stores.encode(), "history": json.dumps(history).encode(), "shown": json.dumps(shown).encode()}


@pytest.fixture
def finished(portal: Portal, page: Page) -> tuple[Page, str]:
    """A tab in which the whole journey was done, and the token of its link."""
    page.goto(f"{portal.url}{addresses.SIGN_IN}")
    expect(page.locator("[data-live=true]")).to_be_attached()
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password", exact=True).fill(WRONG)
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("alert")).to_contain_text("is incorrect")
    page.goto(f"{portal.url}{addresses.RESET_PASSWORD}")
    expect(page.locator("[data-live=true]")).to_be_attached()
    # The box for the characters belongs to its picture.
    expect(page.get_by_role("img", name="Picture of 6 verification characters")).to_be_visible()
    page.get_by_label("Username or Email Address").fill(NAME)
    page.get_by_label("Input symbols").fill(CHARACTERS)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    mail = portal.inbox.wait(f"{NAME}@example.com")
    page.goto(mail.link)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Password changed")).to_be_visible()
    page.get_by_role("link", name="Sign In").click()
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    return page, mail.token


@pytest.fixture(scope="module", autouse=True)
def owner(portal: Portal) -> None:
    portal.create_account(NAME, password=OLD)


def test_token_and_passwords_are_nowhere_and_a_planted_leak_is_found(
    portal: Portal, finished: tuple[Page, str]
) -> None:
    page, token = finished
    canaries = [OLD, WRONG, NEW, token]

    assert leaks(canaries, files_of(portal)) == []
    assert leaks(canaries, tables_of(portal)) == []
    assert leaks(canaries, browser_of(page)) == []
    assert leaks([sha256(token)], tables_of(portal)) == [f"{sha256(token)[:12]}… in reset_link"]
    assert page.evaluate("() => document.cookie") == ""
    cookies = page.context.cookies()
    kept = {cookie["name"]: cookie["value"] for cookie in cookies}
    assert kept.keys() == {"cers_browser", "cers_known", "cers_session", "cers_changed"}
    assert kept["cers_changed"] == "1"
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["path"] == "/" for cookie in cookies)
    assert "Traceback" not in portal.log.read_text("utf-8")

    planted = portal.folder / "a-forgotten.log"
    planted.write_text(f"debug: password={NEW}")
    page.evaluate(f"() => localStorage.setItem('forgotten', '{token}')")
    page.goto(f"{portal.url}{addresses.SIGN_IN}#{token}")
    assert leaks(canaries, files_of(portal)) == [f"{NEW[:12]}… in {planted}"]
    assert {place.rpartition(" in ")[2] for place in leaks(canaries, browser_of(page))} == {
        "stores",
        "history",
        "shown",
    }
    planted.unlink()
