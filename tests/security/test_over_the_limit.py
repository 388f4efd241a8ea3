"""An address that is over a limit spends nobody's disk, and nobody has to wait because of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from cers_app.storage.audit import AuditEvent
from cers_app.values.events import Event
from tests.support import portal as portals
from tests.support.bare_browsers import SAME_ORIGIN, refusal
from tests.support.journeys import NEW, change, mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import browse, request

PER_MINUTE, PRESSES = 3, 10
FLOOD = "203.0.113.1"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that hashes one password at a time, with two waiting, and believes one hop."""
    with portals.running(
        tmp_path_factory.mktemp("strict"),
        CERS_LIMIT_SIGN_IN_PER_MINUTE=str(PER_MINUTE),
        CERS_HASHING_WORKERS="1",
        CERS_HASHING_QUEUE="2",
        CERS_TRUSTED_HOPS="1",
    ) as running:
        yield running


def tried(portal: Portal, number: int, ip: str) -> str:
    """Why a sign-in under a name of its own was refused."""
    form = {"username": f"nobody{number}", "password": "of no account at all"}
    return refusal(portal, browse(portal.url), form, {"x-forwarded-for": ip})


def rows(portal: Portal, event: Event) -> list[AuditEvent]:
    """The audit rows of an event from the flooding address."""
    with portal.database.reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.event == event, AuditEvent.ip == FLOOD)))


def test_an_address_over_the_limit_fills_the_disk_with_rows_about_itself(strict: Portal) -> None:
    first = [tried(strict, number, FLOOD) for number in range(PER_MINUTE)]
    others = [tried(strict, number, FLOOD) for number in range(PER_MINUTE, PER_MINUTE + 40)]

    assert first == ["not-recognized"] * PER_MINUTE
    assert others == ["too-many-attempts"] * 40
    assert len(rows(strict, Event.SIGN_IN_REFUSED)) == PER_MINUTE
    (row,) = rows(strict, Event.THROTTLED)
    assert (row.count, row.identifier, row.account_id) == (1, "", None)


def test_addresses_over_the_limit_keep_people_out_of_the_queue_for_passwords(strict: Portal) -> None:
    strict.create_account("honestperson")
    flooding = [f"203.0.113.{number}" for number in range(10, 16)]
    for ip in flooding:
        for number in range(PER_MINUTE):
            tried(strict, number, ip)

    right = {"username": "honestperson", "password": PASSWORD}
    with ThreadPoolExecutor(12) as browsers:
        flood = [browsers.submit(tried, strict, number, ip) for ip in flooding for number in range(20)]
        honest = [
            refusal(strict, browse(strict.url), right | {"password": "not the password"}, {"x-forwarded-for": ip})
            for ip in ("198.51.100.1", "198.51.100.2", "198.51.100.3")
        ]

    assert {each.result() for each in flood} == {"too-many-attempts"}
    assert honest == ["not-recognized"] * 3


def test_whoever_has_a_link_keeps_the_portal_busy_with_passwords_that_it_refuses(strict: Portal) -> None:
    strict.create_account("linkholder")
    strict.create_account("otherholder")
    jar = open_link(strict, mailed_link(strict, "linkholder").token)
    socket, shown = new_password_socket(strict, jar)
    with socket:
        told = [str(change(socket, shown["link"], "a" * 20)["problems"]) for _ in range(PRESSES + 3)]
    form = {"link": str(shown["link"]), "password": "a" * 20}
    native = request(strict.url, "POST", NEW, jar, SAME_ORIGIN, form).location

    assert ["too many times" in words for words in told] == [False] * PRESSES + [True] * 3
    assert native == f"{NEW}#too-many-attempts", "both ways count together"
    other, shown = new_password_socket(strict, open_link(strict, mailed_link(strict, "otherholder").token))
    with other:
        assert change(other, shown["link"], "a password nobody has seen yet")["stage"] == "changed"
