"""One visitor cannot take the portal away from the others: sockets, events, pictures and requests have a bound."""

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.journeys import RESET
from tests.support.portal import Portal, built
from tests.support.waiting import PATIENCE_SECONDS
from tests.support.wire import HYDRATE, RESET_LOAD, RESET_REFRESH, SIGN_IN, Jar, Socket, browse, request


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with small bounds that believes one hop."""
    with portals.running(
        tmp_path_factory.mktemp("small"),
        CERS_LIMIT_SOCKETS_PER_IP="3",
        CERS_LIMIT_EVENTS_PER_MINUTE="20",
        CERS_LIMIT_PICTURES_PER_MINUTE="4",
        CERS_LIMIT_SOUNDS_PER_MINUTE="2",
        CERS_LIMIT_REQUESTS_PER_MINUTE="40",
        CERS_LIMIT_KILOBYTES_PER_MINUTE="256",
        CERS_TRUSTED_HOPS="1",
    ) as running:
        yield running


def socket(portal: Portal, ip: str, tab: str = "a tab") -> Socket:
    return Socket(portal.url, tab, browse(portal.url), forwarded=ip)


def is_let_in(portal: Portal, ip: str) -> bool:
    try:
        socket(portal, ip).close()
    except InvalidStatus:
        return False
    return True


def hydrate_often(tab: Socket) -> None:
    for _ in range(25):
        tab.call(HYDRATE)


def refreshed(tab: Socket) -> object:
    """Another picture, and the cursor in its box."""
    challenge = tab.call(RESET_REFRESH, RESET)["challenge"]
    assert tab.changes()["events"]
    return challenge


def test_an_address_opens_only_so_many_pages_and_another_still_can(small: Portal) -> None:
    held = [socket(small, "203.0.113.1", f"tab {number}") for number in range(3)]
    assert not is_let_in(small, "203.0.113.1"), "one too many"
    assert is_let_in(small, "203.0.113.2"), "another address"

    for each in held:
        each.close()
    assert is_let_in(small, "203.0.113.1"), "after they were closed"


def test_a_tab_that_floods_is_cut_off_and_may_come_back(small: Portal) -> None:
    with socket(small, "203.0.113.3") as tab, pytest.raises(ConnectionClosed):
        hydrate_often(tab)
    with socket(small, "203.0.113.3") as tab:
        assert tab.call(HYDRATE)


def test_pictures_are_drawn_only_so_often_for_an_address(small: Portal) -> None:
    with socket(small, "203.0.113.4") as tab:
        tab.call(HYDRATE, RESET)
        shown = [tab.call(RESET_LOAD, RESET).get("challenge")]
        shown += [refreshed(tab) for _ in range(3)]
        refused = tab.call(RESET_REFRESH, RESET)
    assert len(set(shown)) == 4
    assert "You have tried too many times." in str(refused.get("problems"))

    with socket(small, "203.0.113.5") as tab:
        tab.call(HYDRATE, RESET)
        assert tab.call(RESET_LOAD, RESET)["challenge"]


def test_guessing_links_ends_in_a_refusal_and_another_address_goes_on(small: Portal) -> None:
    headers = {"x-forwarded-for": "203.0.113.6"}
    answers = [
        request(small.url, path=f"/r/{'x' * 41}{number:02}", jar=Jar(), headers=headers).status for number in range(50)
    ]

    assert answers[:40] == [303] * 40
    assert set(answers[40:]) == {429}
    assert request(small.url, path=addresses.SIGN_IN, headers={"x-forwarded-for": "203.0.113.7"}).status == 200


def test_an_attacker_with_a_whole_ipv6_block_cannot_flood_from_each_of_its_networks(small: Portal) -> None:
    def asked(network: str) -> list[int]:
        return asked_often(small, f"2001:db8:77:{network}::1", addresses.SIGN_IN, 41)

    assert [asked(f"{number:x}") for number in range(4)] == [[200] * 40 + [429]] * 4, "four /64 networks of a /56"
    assert set(asked("5")) == {429}, "the fifth"
    assert asked("100") == [200] * 40 + [429], "the neighbor's own /56"
    assert asked_often(small, "203.0.113.60", addresses.SIGN_IN, 41) == [200] * 40 + [429], "an IPv4 address"


def test_an_attacker_cannot_pass_for_many_visitors_with_ports_and_zones(small: Portal) -> None:
    def answers(written: str) -> list[int]:
        return [asked_often(small, written.format(number), addresses.SIGN_IN, 1)[0] for number in range(4_000, 4_041)]

    assert answers("203.0.113.61:{}") == [200] * 40 + [429]
    assert asked_often(small, "::ffff:203.0.113.61", addresses.SIGN_IN, 1) == [429], "the same address, as IPv6"
    assert answers("[2001:db8:78::1]:{}") == [200] * 40 + [429]
    assert answers("2001:db8:79::1%{}") == [200] * 40 + [429]
    assert asked_often(small, "203.0.113.62:4000", addresses.SIGN_IN, 1) == [200], "another address"


def test_an_event_that_cannot_be_read_fails_once_and_not_for_ever(small: Portal) -> None:
    def faults() -> int:
        return small.log.read_text("utf-8", "replace").count("an event failed")

    before = faults()
    with socket(small, "203.0.113.8") as tab:
        tab.send(HYDRATE, "[")
        tab.settle(addresses.SIGN_IN)
    assert 1 <= faults() - before <= 3

    with socket(small, "203.0.113.8") as tab:
        assert tab.call(HYDRATE)


def test_one_address_gets_few_sounds_a_minute_and_the_next_gets_them_all_the_same(small: Portal) -> None:
    jar, path = browse(small.url, addresses.RESET_PASSWORD), "/verification/reset-password.wav"

    def heard(ip: str) -> int:
        return request(small.url, path=path, jar=jar, headers={"x-forwarded-for": ip}).status

    assert [heard("203.0.113.91") for _ in range(3)] == [200, 200, 429]
    assert heard("203.0.113.92") == 200


def asked_often(portal: Portal, ip: str, path: str, number: int, **headers: str) -> list[int]:
    """The answers to many requests over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=PATIENCE_SECONDS)
    sent = {"host": f"localhost:{portal.port}", "x-forwarded-for": ip, **headers}
    statuses = []
    with closing(connection):
        for _ in range(number):
            connection.request("GET", path, headers=sent)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
    return statuses


def test_a_page_of_another_site_does_not_use_up_the_requests_of_an_office(small: Portal) -> None:
    fetched = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert set(asked_often(small, "203.0.113.11", addresses.SIGN_IN, 1_250, **fetched)) == {403}

    followed = fetched | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    colleague = asked_often(small, "203.0.113.11", addresses.SIGN_IN, 41, **followed)
    assert colleague == [200] * 40 + [429], "links that people follow count"


def test_a_page_of_another_site_does_not_use_up_the_sockets_of_an_office(small: Portal) -> None:
    for _ in range(41):
        with pytest.raises(InvalidStatus):
            Socket(small.url, "a tab", origin="https://evil.example", forwarded="203.0.113.12")
    assert is_let_in(small, "203.0.113.12")


def test_only_files_that_are_there_can_be_asked_for_without_end(small: Portal) -> None:
    script = next((built() / "build" / "client" / "assets").glob("*.js")).name
    assert set(asked_often(small, "203.0.113.13", f"/assets/{script}", 100)) == {200}
    assert set(asked_often(small, "203.0.113.13", "/favicon.svg", 10)) == {200}

    assert asked_often(small, "203.0.113.13", "/assets/none.js", 20) == [404] * 20
    assert asked_often(small, "203.0.113.13", "/favicon2.ico", 21) == [404] * 20 + [429]


def test_an_address_that_sends_too_many_kilobytes_is_cut_off_and_another_is_not(small: Portal) -> None:
    form = {"username": "", "password": "", "more": "x" * 60_000}

    def send(ip: str, number: int) -> None:
        with socket(small, ip) as tab:
            tab.call(HYDRATE)
            for _ in range(number):
                assert tab.call(SIGN_IN, form=form)["problems"]

    with pytest.raises(ConnectionClosed):
        send("203.0.113.14", 5)
    with pytest.raises(ConnectionClosed):
        send("203.0.113.14", 1)
    send("203.0.113.15", 4)
