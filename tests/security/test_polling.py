"""Long polling opens nothing that a socket would not: our own pages alone, one browser a session, the same bounds."""

from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from cers_app.values import addresses
from cers_app.web.polling import POLL_SECONDS
from tests.support import portal as portals
from tests.support.bare_browsers import raw, sign_in
from tests.support.polled import NOTHING, OURS, SEPARATOR, Polled, Refused, answered, begin, poll
from tests.support.portal import Portal
from tests.support.waiting import PATIENCE_SECONDS, eventually
from tests.support.wire import ACCOUNT_LOAD, HYDRATE, NAMESPACE, SIGN_IN, Jar, Socket, browse, request

TAB = "b4a9c1de-0000-4000-8000-000000000002"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with small bounds that believes one hop and soon misses a page that does not answer."""
    with portals.running(
        tmp_path_factory.mktemp("small"),
        CERS_LIMIT_SOCKETS_PER_IP="3",
        CERS_LIMIT_EVENTS_PER_MINUTE="20",
        CERS_LIMIT_REQUESTS_PER_MINUTE="40",
        CERS_LIMIT_KILOBYTES_PER_MINUTE="256",
        CERS_TRUSTED_HOPS="1",
        REFLEX_SOCKET_INTERVAL="1",
        REFLEX_SOCKET_TIMEOUT="10",
    ) as running:
        yield running


def polled(portal: Portal, ip: str, tab: str = "a tab") -> Polled:
    return Polled(portal.url, tab, browse(portal.url), forwarded=ip)


def test_a_session_is_worth_nothing_without_the_cookie_it_began_with(portal: Portal) -> None:
    portal.create_account("pollowner")
    jar = sign_in(portal, "pollowner")
    with Polled(portal.url, TAB, jar) as own:
        assert own.call(ACCOUNT_LOAD, addresses.ACCOUNT)["username"] == "pollowner"
        own.send(ACCOUNT_LOAD, addresses.ACCOUNT)
        session_alone = Jar({"cers_session": jar.values["cers_session"]})
        for thief in (Jar(), browse(portal.url), session_alone):
            for body in (None, "1", f"41{NAMESPACE},", own.sid):
                answer = poll(portal.url, thief, f"&sid={own.sid}", body)
                assert answer.status in {400, 403}
                assert "pollowner" not in answer.body
        assert own.update()["delta"]

        own.send(ACCOUNT_LOAD, addresses.ACCOUNT)
        assert "pollowner" in poll(portal.url, jar, f"&sid={own.sid}").body, "control"


def test_a_session_does_not_become_a_socket(portal: Portal) -> None:
    jar = browse(portal.url)
    where = f"{portal.url.replace('http', 'ws', 1)}{NAMESPACE}/?EIO=4&transport=websocket"
    with Polled(portal.url, TAB, jar) as own:
        for owner in (browse(portal.url), jar):
            headers = {"cookie": owner.header}
            for query in (f"&sid={own.sid}", ""):
                with connect(f"{where}{query}", origin=Origin(portal.url), additional_headers=headers) as another:
                    opened = str(another.recv(PATIENCE_SECONDS))
                assert opened.startswith("0")
                assert own.sid not in opened, "a session of its own"
        assert own.call(HYDRATE)


def test_a_stolen_client_token_shows_nothing(portal: Portal) -> None:
    portal.create_account("pollvictim")
    jar = sign_in(portal, "pollvictim")
    with Polled(portal.url, TAB, jar) as owner:
        owner.call(HYDRATE, addresses.ACCOUNT)
        assert owner.call(ACCOUNT_LOAD, addresses.ACCOUNT)["username"] == "pollvictim"

    browser_alone = Jar({"cers_browser": jar.values["cers_browser"]})
    for thief_jar in (browse(portal.url), browser_alone):
        with Polled(portal.url, TAB, thief_jar) as thief:
            assert thief.call(HYDRATE, addresses.ACCOUNT)["account_state.username"] == ""
            assert thief.call(ACCOUNT_LOAD, addresses.ACCOUNT)["stage"] == "out"
            assert "pollvictim" not in "".join(thief.received)

    with Polled(portal.url, TAB, jar) as owner:
        assert owner.call(HYDRATE, addresses.ACCOUNT)["account_state.username"] == "pollvictim"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "same-site", "origin": "{url}"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "{url}.evil.example"},
        {"referer": "{url}.evil.example/"},
        {"referer": "https://evil.example/{url}/"},
    ],
)
def test_a_page_elsewhere_gets_no_answer(portal: Portal, headers: dict[str, str]) -> None:
    jar = browse(portal.url)
    hostile = {name: value.format(url=portal.url) for name, value in headers.items()}
    with Polled(portal.url, TAB, jar) as own:
        assert poll(portal.url, jar, headers=hostile).status == 403
        for body in (None, "1"):
            assert poll(portal.url, jar, f"&sid={own.sid}", body, hostile).status == 403
        assert own.call(HYDRATE)
    for ours in (OURS, {"origin": portal.url}, {"referer": f"{portal.url}{addresses.SIGN_IN}"}):
        assert poll(portal.url, jar, headers=ours).status == 200


def test_neither_a_script_tag_nor_a_browser_without_cookies_gets_an_answer(portal: Portal) -> None:
    jar = browse(portal.url)

    assert poll(portal.url, jar, "&j=0").status == 403
    assert poll(portal.url, Jar()).status == 403
    assert poll(portal.url, Jar({"cers_session": "s"})).status == 403
    assert poll(portal.url, jar).status == 200


def test_no_answer_to_a_poll_is_kept_or_may_be_read_by_another_site(portal: Portal) -> None:
    jar, own = browse(portal.url), OURS | {"origin": portal.url}
    preflight = own | {"access-control-request-method": "POST"}
    with Polled(portal.url, TAB, jar) as session:
        queries = ("", f"&sid={session.sid}", "&sid=none")
        answers = [poll(portal.url, jar, query, "3", own) for query in queries]
        answers += [poll(portal.url, jar, query, None, preflight, "OPTIONS") for query in queries]
        answers += [poll(portal.url, jar, "", None, own), poll(portal.url, jar, "", None, {"origin": "null"})]

    assert {answer.status for answer in answers} == {200, 400, 403}
    for answer in answers:
        assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
        assert answer.headers["content-type"].startswith("text/plain")


def test_a_silent_server_answers_before_long(portal: Portal) -> None:
    with Polled(portal.url, TAB, browse(portal.url)) as session:
        assert poll(portal.url, session._jar, f"&sid={session.sid}").body == NOTHING  # noqa: SLF001
        assert session.call(HYDRATE)
    assert POLL_SECONDS < 20, "what a server that stops gives to those it answers"


def test_a_message_that_is_too_long_is_refused_before_it_has_come(portal: Portal) -> None:
    jar = browse(portal.url)
    with Polled(portal.url, TAB, jar) as session:
        head = (
            f"POST {NAMESPACE}/?EIO=4&transport=polling&sid={session.sid} HTTP/1.1",
            f"host: localhost:{portal.port}",
            f"cookie: {jar.header}",
            "sec-fetch-site: same-origin",
            "content-length: 10000000",
        )
        form = {"username": "", "password": "", "more": "x" * 60_000}
        assert session.call(SIGN_IN, form=form)["problems"]

        answer = raw(portal, *head, "", "x" * 80_000)
        assert answer.startswith("HTTP/1.1 413 ")


def test_an_address_opens_only_so_many_pages_whichever_way_they_connect(small: Portal) -> None:
    held: list[Socket] = [polled(small, "203.0.113.21", f"tab {number}") for number in range(2)]
    held.append(Socket(small.url, "a socket", browse(small.url), forwarded="203.0.113.21"))
    with pytest.raises(Refused, match="429"):
        polled(small, "203.0.113.21")
    with pytest.raises(InvalidStatus):
        Socket(small.url, "a socket", browse(small.url), forwarded="203.0.113.21")
    polled(small, "203.0.113.22").close()

    for each in held:
        each.close()
    polled(small, "203.0.113.21").close()


def is_let_in(portal: Portal, ip: str) -> bool:
    try:
        polled(portal, ip).close()
    except Refused:
        return False
    return True


def test_pages_that_are_gone_without_a_word_count_no_longer(small: Portal) -> None:
    pages = [polled(small, "203.0.113.23", f"tab {number}") for number in range(3)]
    assert not is_let_in(small, "203.0.113.23")
    eventually(lambda: is_let_in(small, "203.0.113.23"), "pages that do not answer are kept", every=2)
    with pytest.raises(Refused, match="400"):
        pages[0].call(HYDRATE)


def test_a_page_whose_poll_breaks_off_counts_no_longer(portal: Portal) -> None:
    # This portal misses a page that does not answer after two minutes.
    jar = browse(portal.url)
    session = Polled(portal.url, TAB, jar)
    waiting = begin(portal.url, jar, f"&sid={session.sid}")
    eventually(lambda: poll(portal.url, jar, f"&sid={session.sid}", "3").status == 200, "it has begun")
    waiting.close()
    eventually(lambda: poll(portal.url, jar, f"&sid={session.sid}", "3").status == 400, "it is kept")


def test_who_waits_twice_in_one_session_loses_it(portal: Portal) -> None:
    jar = browse(portal.url)
    session, other = Polled(portal.url, TAB, jar), Polled(portal.url, "another tab", jar)
    waiting = [begin(portal.url, jar, f"&sid={session.sid}") for _ in range(3)]

    assert sorted(answered(each).status for each in waiting)[1:] == [400, 400]
    assert poll(portal.url, jar, f"&sid={session.sid}").status == 400
    assert other.call(HYDRATE)
    other.close()


def hydrate_often(tab: Polled, times: int) -> None:
    for _ in range(times):
        tab.call(HYDRATE)


def test_a_page_that_floods_is_cut_off_and_may_come_back(small: Portal) -> None:
    with polled(small, "203.0.113.24") as tab, pytest.raises(Refused, match="400"):
        hydrate_often(tab, 25)
    with polled(small, "203.0.113.24") as tab:
        tab.send_raw(SEPARATOR.join(["3"] * 25))
        with pytest.raises(Refused, match="400"):
            tab.call(HYDRATE)
    with polled(small, "203.0.113.24") as tab:
        hydrate_often(tab, 5)


def test_an_address_that_sends_too_many_kilobytes_is_cut_off_and_another_is_not(small: Portal) -> None:
    form = {"username": "", "password": "", "more": "x" * 60_000}

    def send(ip: str, number: int) -> None:
        with polled(small, ip) as tab:
            tab.call(HYDRATE)
            for _ in range(number):
                assert tab.call(SIGN_IN, form=form)["problems"]

    with pytest.raises(Refused, match="400"):
        send("203.0.113.25", 5)
    with pytest.raises(Refused, match="400"):
        send("203.0.113.25", 1)
    send("203.0.113.26", 4)


def test_polls_of_a_page_are_no_requests_for_pages_and_beginning_again_is_one(small: Portal) -> None:
    ip, jar = "203.0.113.27", browse(small.url)
    from_there = {"x-forwarded-for": ip}
    for each in ("one tab", "another tab"):
        with Polled(small.url, each, jar, forwarded=ip) as tab:
            for _ in range(15):
                assert tab.call(HYDRATE)
    assert request(small.url, path=addresses.SIGN_IN, headers=from_there).status == 200

    begun = [poll(small.url, jar, headers=OURS | from_there).status for _ in range(41)]
    assert (begun[0], begun[-1]) == (200, 429)
    assert request(small.url, path=addresses.SIGN_IN, headers=from_there).status == 429
    assert request(small.url, path=addresses.SIGN_IN, headers={"x-forwarded-for": "203.0.113.28"}).status == 200


def test_polls_that_belong_to_no_page_are_counted(small: Portal) -> None:
    jar, from_there = browse(small.url), {"x-forwarded-for": "203.0.113.29"}
    lost = [poll(small.url, jar, "&sid=none", headers=OURS | from_there).status for _ in range(41)]
    assert lost == [400] * 40 + [429]
    assert poll(small.url, jar, "&sid=none", headers=OURS | {"x-forwarded-for": "203.0.113.30"}).status == 400
