"""Nobody is kept out by somebody else's guesses, and no guess more is tried than the limit allows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from cers_app.accounts.store import find, identity
from cers_app.audit import AuditEvent
from tests import portal as portals
from tests.journeys import change, mailed_link, new_password_socket, open_link
from tests.portal import PASSWORD, Portal
from tests.wire import Jar, browse, request

SAME = {"sec-fetch-site": "same-origin"}
NEW_PASSWORD = "Blue kettle, nine o'clock train"
GUESSES = 100


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that believes one hop."""
    folder = tmp_path_factory.mktemp("proxied")
    with portals.running(folder, CERS_TRUSTED_HOPS="1") as running:
        running.create_account("wanted1")
        yield running


def sign_in(portal: Portal, jar: Jar, password: str, ip: str) -> str:
    """Where the native form leads, or what it says."""
    headers = {**SAME, "x-forwarded-for": ip}
    answer = request(portal.url, "POST", "/session", jar, headers, {"username": "wanted1", "password": password})
    told = request(portal.url, path=answer.location, jar=jar).body if answer.location == "/sign-in/plain" else ""
    return told or answer.location


def counted(portal: Portal) -> tuple[int, int]:
    """How many wrong passwords were tried for the account, and how many attempts were refused in all."""
    with portal.database.reading() as session:
        account = find(session, "wanted1")
        assert account is not None
        events = select(AuditEvent).where(col(AuditEvent.event).in_(["sign_in_refused", "throttled"]))
        rows = list(session.exec(events))
    return sum(row.count for row in rows if row.account_id == identity(account)), sum(row.count for row in rows)


def test_a_hundred_guesses_at_once_keep_nobody_out_and_only_some_are_tried(proxied: Portal) -> None:
    home = browse(proxied.url)
    assert sign_in(proxied, home, PASSWORD, "198.51.100.1") == "/account/"

    def guess(number: int) -> str:
        password = PASSWORD if number == GUESSES - 1 else f"a wrong guess, number {number}"
        return sign_in(proxied, browse(proxied.url), password, f"203.0.113.{number}")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(GUESSES)))

    assert "/account/" not in answers, "the right one came last, among strangers"
    assert counted(proxied) == (5, GUESSES)
    assert "too many times" in sign_in(proxied, browse(proxied.url), PASSWORD, "198.51.100.2")
    assert sign_in(proxied, home, PASSWORD, "198.51.100.1") == "/account/"

    unknown = open_link(proxied, mailed_link(proxied, "wanted1").token)
    socket, shown = new_password_socket(proxied, unknown)
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    assert request(proxied.url, "POST", "/reset-password/changed", unknown, SAME).location == "/password-changed/"
    assert sign_in(proxied, unknown, NEW_PASSWORD, "198.51.100.3") == "/account/"
