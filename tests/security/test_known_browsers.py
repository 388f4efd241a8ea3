"""Nobody is kept out by somebody else's guesses, and no guess more is tried than the limit allows."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from cers_app.accounts.models import KnownBrowser
from cers_app.accounts.store import find, identity
from cers_app.composition.world import now
from cers_app.storage.audit import AuditEvent
from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support import portal as portals
from tests.support.journeys import change, mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import Jar, browse, request

SAME = {"sec-fetch-site": "same-origin"}
NEW_PASSWORD = "Blue kettle, nine o'clock train"
GUESSES = 100
NOT_RIGHT, TOO_MANY = f"{addresses.SIGN_IN}#not-recognized", f"{addresses.SIGN_IN}#too-many-attempts"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that believes one hop."""
    folder = tmp_path_factory.mktemp("proxied")
    with portals.running(folder, CERS_TRUSTED_HOPS="1") as running:
        running.create_account("wanted1")
        yield running


def sign_in(portal: Portal, jar: Jar, password: str, ip: str, username: str = "wanted1") -> str:
    """Where the native form leads."""
    headers = {**SAME, "x-forwarded-for": ip}
    answer = request(portal.url, "POST", addresses.SESSION, jar, headers, {"username": username, "password": password})
    return answer.location


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
    assert sign_in(proxied, home, PASSWORD, "198.51.100.1") == addresses.ACCOUNT

    def guess(number: int) -> str:
        password = PASSWORD if number == GUESSES - 1 else f"a wrong guess, number {number}"
        return sign_in(proxied, browse(proxied.url), password, f"203.0.113.{number}")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(GUESSES)))

    assert addresses.ACCOUNT not in answers, "the right one came last, among strangers"
    assert counted(proxied) == (5, GUESSES)
    assert TOO_MANY in sign_in(proxied, browse(proxied.url), PASSWORD, "198.51.100.2")
    assert sign_in(proxied, home, PASSWORD, "198.51.100.1") == addresses.ACCOUNT

    unknown = open_link(proxied, mailed_link(proxied, "wanted1").token)
    socket, shown = new_password_socket(proxied, unknown)
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    assert request(proxied.url, "POST", addresses.RESET_DONE, unknown, SAME).location == addresses.PASSWORD_CHANGED
    assert sign_in(proxied, unknown, NEW_PASSWORD, "198.51.100.3") == addresses.ACCOUNT


@pytest.mark.parametrize("planted", ["x", "P" * 43], ids=["another form", "the form of a token"])
def test_a_token_that_somebody_planted_is_known_to_no_account_after_the_sign_in(proxied: Portal, planted: str) -> None:
    name, ip = f"planted{len(planted)}", f"198.51.100.{len(planted) + 10}"
    proxied.create_account(name)
    victim = browse(proxied.url)
    victim.values["cers_known"] = planted
    for _ in range(2):
        former = victim.values["cers_known"]
        assert sign_in(proxied, victim, PASSWORD, ip, name) == addresses.ACCOUNT
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", victim.values["cers_known"])
        assert victim.values["cers_known"] != former
    strangers = [browse(proxied.url) for _ in range(5)]
    assert all(NOT_RIGHT in sign_in(proxied, jar, "a wrong guess", ip, name) for jar in strangers)

    for old in (planted, former):
        eve = browse(proxied.url)
        eve.values["cers_known"] = old
        assert TOO_MANY in sign_in(proxied, eve, "a wrong guess", ip, name)
    assert sign_in(proxied, victim, PASSWORD, ip, name) == addresses.ACCOUNT


def test_a_row_of_a_planted_token_in_an_older_database_lets_nobody_guess(proxied: Portal) -> None:
    account, ip = proxied.create_account("oldplanted"), "198.51.100.90"
    tokens = {"x": TOO_MANY, "Q" * 43: NOT_RIGHT}
    with proxied.database.writing() as session:
        session.add_all(KnownBrowser(digest=sha256(t), account_id=identity(account), seen_at=now()) for t in tokens)
    for _ in range(5):
        sign_in(proxied, browse(proxied.url), "a wrong guess", ip, "oldplanted")

    for token, told in tokens.items():
        jar = browse(proxied.url)
        jar.values["cers_known"] = token
        assert told in sign_in(proxied, jar, "a wrong guess", ip, "oldplanted")


def test_a_reset_gives_a_new_token_and_keeps_the_other_accounts_of_the_browser(proxied: Portal) -> None:
    accounts = {identity(proxied.create_account(name)) for name in ("shared1", "shared2")}
    jar, ip = browse(proxied.url), "198.51.100.91"
    for name in ("shared1", "shared2"):
        assert sign_in(proxied, jar, PASSWORD, ip, name) == addresses.ACCOUNT
    former = jar.values["cers_known"]
    open_link(proxied, mailed_link(proxied, "shared1").token, jar)
    socket, shown = new_password_socket(proxied, jar)
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    assert request(proxied.url, "POST", addresses.RESET_DONE, jar, SAME).location == addresses.PASSWORD_CHANGED

    assert jar.values["cers_known"] != former
    with proxied.database.reading() as session:
        found = {row.account_id: row.digest for row in session.exec(select(KnownBrowser)) if row.account_id in accounts}
    assert found == dict.fromkeys(accounts, sha256(jar.values["cers_known"]))


@pytest.mark.parametrize("signs_in", [True, False])
def test_a_stranger_who_guesses_is_answered_the_same_whether_or_not_the_owner_signs_in(
    proxied: Portal,
    signs_in: bool,  # noqa: FBT001 - a parameter
) -> None:
    name, ip = f"watched{signs_in:d}", f"198.51.100.{92 + signs_in}"
    proxied.create_account(name)

    def guess() -> str:
        said = sign_in(proxied, browse(proxied.url), "a wrong guess", ip, name)
        return next(words for words in (NOT_RIGHT, TOO_MANY) if words in said)

    before = [guess() for _ in range(4)]
    if signs_in:
        assert sign_in(proxied, browse(proxied.url), PASSWORD, ip, name) == addresses.ACCOUNT
    assert [*before, guess(), guess()] == [NOT_RIGHT] * 5 + [TOO_MANY]
