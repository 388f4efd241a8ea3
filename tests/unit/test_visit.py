"""Who is asking is the same person by event and by request."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from cers_app.values.digests import session_digest, sha256
from cers_app.web.cookies import digests
from cers_app.web.visit import Visit, network

pytestmark = pytest.mark.usefixtures("serve")
KNOWN = "k" * 43
IN_BBB = session_digest("sss", sha256("bbb"))
AGENT = "Mozilla/5.0 (of a test)"


def request(cookies: str, ip: str = "192.0.2.7") -> Request:
    headers = [(b"cookie", cookies.encode()), (b"x-forwarded-for", b"6.6.6.6"), (b"user-agent", AGENT.encode())]
    return Request({"type": "http", "headers": headers, "client": (ip, 1)})


def by_request(cookies: str, ip: str = "192.0.2.7") -> Visit:
    """What a route learns."""
    return Visit.of_request(request(cookies, ip))


def by_event(cookies: str) -> Visit:
    """What a State learns: the handshake has put digests in the place of the cookies."""
    header = json.dumps(digests({"headers": [(b"cookie", cookies.encode())]}))
    router = SimpleNamespace(
        session=SimpleNamespace(client_ip="192.0.2.7", session_id=""),
        headers=SimpleNamespace(cookie=header, user_agent=AGENT),
    )
    state: Any = SimpleNamespace(router=router)
    return Visit.of_event(state)


@pytest.mark.parametrize(
    ("ip", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::9", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
        ("192.0.2.7:4711", "192.0.2.7:4711"),
        ("", ""),
    ],
)
def test_an_ipv6_network_is_one_visitor_and_an_ipv4_address_is_one(ip: str, counted: str) -> None:
    assert network(ip) == counted
    assert by_request("", ip).network == counted


def facts(visit: Visit) -> tuple[object, ...]:
    """All but the id of the request."""
    return visit.ip, visit.user_agent, visit.browser, visit.known, visit.session, visit.reset, bool(visit.changed)


@pytest.mark.parametrize(
    ("more", "expected"),
    [("", ("", False)), ("; cers_reset=token", (sha256("token"), False)), ("; cers_changed=1", ("", True))],
)
def test_event_and_request_say_the_same_of_a_visitor(more: str, expected: tuple[str, bool]) -> None:
    cookies = f"cers_browser=bbb; cers_session=sss; cers_known={KNOWN}{more}"
    visit = by_request(cookies)

    assert facts(visit) == facts(by_event(cookies))
    assert facts(visit) == ("192.0.2.7", AGENT, sha256("bbb"), sha256(KNOWN), IN_BBB, *expected)
    assert visit.request_id != by_request(cookies).request_id


def test_a_browser_without_cookies_is_nobody() -> None:
    assert facts(by_request("")) == facts(by_event("")) == ("192.0.2.7", AGENT, "", "", "", "", False)


def test_all_that_one_request_does_has_one_id() -> None:
    one, another = request("cers_browser=bbb"), request("cers_browser=bbb")

    assert Visit.of_request(one) is Visit.of_request(Request(one.scope))
    assert Visit.of_request(one).request_id != Visit.of_request(another).request_id
