"""Many people behind one address: all of them finish, and who asks for very much pays with computing."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import altcha
import pytest
from playwright.sync_api import Browser, Route, expect

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.bare_browsers import SAME_ORIGIN
from tests.support.journeys import RESET, challenge_of
from tests.support.page_objects import ResetPage, SentPage, Watch
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import HYDRATE, RESET_SUBMIT, Jar, Socket, browse, request

OFFICE, ELSEWHERE = "203.0.113.80", "203.0.113.81"
PEOPLE, AT_A_TIME = 25, 5
TEN_MINUTES = 600
DEFAULTS: dict[str, Any] = {
    "CERS_LIMIT_MAIL_PER_HOUR": "60",
    "CERS_LIMIT_MAIL_PER_HOUR_MOST": "600",
    "CERS_LIMIT_CHARACTERS_PER_HOUR": "120",
    "CERS_TRUSTED_HOPS": "1",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal behind one proxy, with the limits of production."""
    with portals.running(tmp_path_factory.mktemp("office"), **DEFAULTS) as running:
        yield running


def misread_then_ask(portal: Portal, name: str, ip: str = OFFICE) -> dict[str, object]:
    """One person, who misreads the picture once; what the page shows at the end."""
    with Socket(portal.url, f"the tab of {name}", browse(portal.url, RESET), forwarded=ip) as tab:
        tab.call(HYDRATE, RESET)
        form = {"identifier": name, "challenge": challenge_of(tab, RESET), "characters": "WRONGX"}
        refused = tab.call(RESET_SUBMIT, RESET, form=form)
        assert "did not match" in str(refused["problems"]), refused
        form |= {"challenge": str(refused["challenge"]), "characters": CHARACTERS}
        return tab.call(RESET_SUBMIT, RESET, form=form)


def test_a_class_of_25_each_of_whom_misreads_the_picture_once_is_done_in_ten_minutes(
    office: Portal, record_property: Callable[[str, object], None]
) -> None:
    names = [f"student{number:02}" for number in range(PEOPLE)]
    for name in names:
        office.create_account(name)
    began = time.monotonic()

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        shown = list(pool.map(lambda name: misread_then_ask(office, name), names))
    for name in names:
        assert office.inbox.wait(f"{name}@example.com", subject="Password Reset").token

    took = time.monotonic() - began
    record_property("figure", f"a class of {PEOPLE} behind one address: all had their link after {took:.0f} s")
    assert all(page["reference"] for page in shown)
    assert took < TEN_MINUTES


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that asks for a check from the second request on, refuses the fifth, and knows a training room."""
    limits: dict[str, Any] = {"CERS_LIMIT_MAIL_PER_HOUR": "1", "CERS_LIMIT_MAIL_PER_HOUR_MOST": "4"}
    room = {"CERS_LIMIT_TRUSTED_NETWORKS": "198.51.100.0/24"}
    with portals.running(tmp_path_factory.mktemp("busy"), **DEFAULTS | limits | room) as running:
        yield running


def ask(tab: Socket, name: str, check: str = "", challenge: str = "") -> dict[str, object]:
    """Ask for a link; what the page shows then."""
    form = {"identifier": name, "challenge": challenge or challenge_of(tab, RESET), "characters": CHARACTERS}
    return tab.call(RESET_SUBMIT, RESET, form=form | {"check": check})


def solved(portal: Portal, jar: Jar, challenge: str, ip: str) -> str:
    """The check, done as a browser does it."""
    answer = request(portal.url, path=f"/verification/{challenge}/check", jar=jar, headers={"x-forwarded-for": ip})
    task = altcha.Challenge.from_dict(json.loads(answer.body))
    solution = altcha.solve_challenge(task)
    assert solution is not None
    return str(altcha.Payload(task, solution).to_base64())


@pytest.mark.parametrize("name", ["busyknown", "nobodybusy"])
def test_who_asks_for_much_computes_for_it_and_other_networks_do_not(busy: Portal, name: str) -> None:
    if name == "busyknown":
        for number in (1, 2, 3):
            busy.create_account(f"{name}{number}")
    ip, elsewhere = (f"203.0.113.{first + len(name)}" for first in (90, 120))
    jar = browse(busy.url, RESET)
    with Socket(busy.url, "a tab", jar, forwarded=ip) as tab:
        tab.call(HYDRATE, RESET)
        assert ask(tab, f"{name}1")["reference"]
        challenge = challenge_of(tab, RESET)
        for check in ("", "nonsense", "bm90IGpzb24="):
            told = ask(tab, f"{name}2", check, challenge)
            assert (told["effort"], "reference" in told) == (1, False)
        assert ask(tab, f"{name}2", solved(busy, jar, challenge, ip), challenge)["reference"]

    with Socket(busy.url, "another tab", browse(busy.url, RESET), forwarded=elsewhere) as tab:
        tab.call(HYDRATE, RESET)
        assert ask(tab, f"{name}3")["reference"], "another network"


def test_a_training_room_asks_as_often_as_it_likes(busy: Portal) -> None:
    with Socket(busy.url, "a tab", browse(busy.url, RESET), forwarded="198.51.100.9") as tab:
        tab.call(HYDRATE, RESET)
        assert all(ask(tab, f"trainee{number:02}")["reference"] for number in range(8))


def test_without_scripts_the_address_says_that_the_check_needs_them(busy: Portal) -> None:
    jar, headers = browse(busy.url, RESET), SAME_ORIGIN | {"x-forwarded-for": "203.0.113.150"}
    locations = []
    for number in range(2):
        request(busy.url, path=f"/verification/{RESET.strip('/')}.png", jar=jar, headers=headers)
        form = {"identifier": f"scriptless{number}", "challenge": "", "characters": CHARACTERS}
        locations.append(request(busy.url, "POST", RESET, jar, headers, form).location)

    assert locations == [addresses.LINK_SENT, f"{RESET}#check-needed"]


def test_the_page_does_the_check_by_itself_and_then_says_that_the_network_asked_too_much(
    busy: Portal, browser: Browser
) -> None:
    context = browser.new_context(base_url=busy.url, extra_http_headers={"x-forwarded-for": "203.0.113.160"})
    watch, told = Watch(context.new_page()), list[str]()

    def hand_out(route: Route) -> None:
        # The page says why while it waits for the task. It may be done with it before anybody could look.
        told.append(watch.page.locator("[data-state=check]").inner_text())
        route.continue_()

    watch.page.route("**/check", hand_out)
    page = ResetPage(watch)
    for number in range(4):
        page.open()
        page.ask(f"hurried{number}", CHARACTERS)
        SentPage(watch).expect_shown()
        expect(watch.page.locator("[data-state=reference]")).to_be_visible()
        assert len(told) == number
    assert all("Many requests have come from your network" in words for words in told)

    page.open()
    page.ask("hurried5", CHARACTERS)
    page.expect_problem("Too many requests have come from your network. Try again at")
    context.close()
