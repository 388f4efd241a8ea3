"""Each case of the corpus, tried as people do: by native post, by event in Chromium, and by opening a link."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from cers_app.values import addresses
from cers_app.values.masking import mask
from cers_app.words import common
from tests.corpus.cases import cases, one_of_each_sort
from tests.support.journeys import mailed_link, picture_of
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import RESET_LOAD, RESET_SUBMIT, Socket, browse, request

Open = Callable[..., BrowserContext]
RESET, NEW, SIGN_IN = addresses.RESET_PASSWORD, addresses.NEW_PASSWORD, addresses.SIGN_IN
OURS = {"sec-fetch-site": "same-origin"}


def begin(page: Page) -> None:
    """Open the form of the reset, and wait until it is live."""
    page.goto(RESET)
    expect(page.locator("[data-live=true]")).to_be_attached()


def arrive(portal: Portal, page: Page) -> None:
    """Wait until the confirmation has come. Before, the portal would lead this browser back to it."""
    expect(page).to_have_url(f"{portal.url}{addresses.LINK_SENT}")
    expect(page.locator("[data-live=true]")).to_be_attached()
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()


def posted(portal: Portal, identifier: str, characters: str) -> str:
    """Where a native post of the reset form leads."""
    jar = browse(portal.url, RESET)
    request(portal.url, path=picture_of(RESET), jar=jar)
    form = {"identifier": identifier, "challenge": "", "characters": characters}
    return request(portal.url, "POST", RESET, jar, OURS, form).location


def test_each_name_by_a_native_post(portal: Portal) -> None:
    wrong = {}
    for case in cases("names"):
        location = posted(portal, case["typed"], CHARACTERS)
        if location != (addresses.LINK_SENT if case["right"] else f"{RESET}#odd-identifier"):
            wrong[case["typed"]] = location
    assert wrong == {}


def test_each_name_by_an_event(portal: Portal) -> None:
    wrong, jar = {}, browse(portal.url, RESET)
    for number, case in enumerate(cases("names")):
        with Socket(portal.url, f"name {number}", jar) as tab:
            form = {"identifier": case["typed"], "characters": CHARACTERS}
            form["challenge"] = tab.call(RESET_LOAD, RESET)["challenge"]
            changed = tab.call(RESET_SUBMIT, RESET, form=form)
        sent_to = mask(case["right"]) if "@" in case["right"] else ""
        expected = (sent_to, {}) if case["right"] else (None, {"identifier": common.ODD_NAME})
        if (changed.get("sent_to"), changed.get("problems")) != expected:
            wrong[case["typed"]] = changed
    assert wrong == {}


def test_each_name_at_the_sign_in_by_a_native_post(portal: Portal) -> None:
    wrong = {}
    for case in cases("names"):
        if case["right"]:
            continue  # a refusal costs a hash, and says the same for every name
        form = {"username": case["typed"], "password": "not the password"}
        location = request(portal.url, "POST", addresses.SESSION, browse(portal.url), OURS, form).location
        if location != f"{SIGN_IN}#odd-username":
            wrong[case["typed"]] = location
    assert wrong == {}


def test_all_characters_by_a_native_post(portal: Portal) -> None:
    wrong = {}
    for case in cases("characters"):
        location = posted(portal, "carla0001", case["typed"])
        if location != (addresses.LINK_SENT if case["right"] else f"{RESET}#wrong-characters"):
            wrong[case["typed"]] = location
    assert wrong == {}


def test_each_link_however_it_was_copied(portal: Portal) -> None:
    portal.create_account("copiedlink")
    token = mailed_link(portal, "copiedlink").token
    words, wrong = {"TOKEN": token, "HALF": token[:20], "REST": token[20:]}, {}
    for case in cases("links"):
        path = str(case["path"])
        for word, meant in words.items():
            path = path.replace(word, meant)
        location = request(portal.url, path=path, jar=browse(portal.url)).location
        if location != (NEW if case["right"] else f"{NEW}#not-complete"):
            wrong[case["path"]] = location
    assert wrong == {}


def test_each_sort_of_name_in_the_browser(portal: Portal, another_browser: Open) -> None:
    """The native posts try every name. The event hands a name to the same reader, so the browser tries each sort."""
    page, problem = another_browser().new_page(), "Enter only your username (5 to 16 letters and digits)"
    found = one_of_each_sort("names")
    assert {bool(case["right"]) for case in found} == {True, False}
    begin(page)
    for case in found:
        page.locator("#identifier").fill(case["typed"])
        page.locator("#characters").fill(CHARACTERS)
        page.get_by_role("button", name="Next").click()
        if case["right"]:
            shown = mask(case["right"]) if "@" in case["right"] else "the email address on file for that account"
            arrive(portal, page)
            expect(page.locator("main")).to_contain_text(shown, use_inner_text=True)
            begin(page)
        else:
            expect(page.get_by_role("alert")).to_contain_text(problem)
            page.locator("#identifier").fill("")
            page.get_by_role("button", name="Next").click()
            expect(page.get_by_role("alert")).not_to_contain_text(problem)


def test_all_characters_in_the_browser(portal: Portal, another_browser: Open) -> None:
    page, problem = another_browser().new_page(), "did not match"
    begin(page)
    for case in cases("characters"):
        page.locator("#identifier").fill("carla0001")
        page.locator("#characters").fill(case["typed"])
        page.get_by_role("button", name="Next").click()
        if case["right"]:
            arrive(portal, page)
        else:
            expect(page.get_by_role("alert")).to_contain_text(problem)
        begin(page)
