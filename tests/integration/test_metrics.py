"""The metrics: on loopback alone, true, and without anything that somebody typed."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed

from cers_app import __version__
from cers_app.accounts.models import Account
from cers_app.mail.outbox import MailKind, Origin, OutgoingMail, enqueue, look, mark_not_sent
from cers_app.storage.database import Database
from cers_app.upkeep.metrics_server import QueueCollector
from tests.support import portal as portals
from tests.support.bare_browsers import claim_of, sign_in
from tests.support.doubles import Clock, world_at
from tests.support.journeys import ask
from tests.support.portal import PASSWORD, Portal
from tests.support.ports import free_port
from tests.support.wire import HYDRATE, SIGN_IN, Socket, browse, request

FREE_PORT = free_port()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose metrics are served."""
    folder = tmp_path_factory.mktemp("metrics")
    with portals.running(folder, CERS_METRICS_PORT=str(FREE_PORT), CERS_LIMIT_EVENTS_PER_MINUTE="10") as running:
        yield running


def scraped() -> str:
    """What the metrics say now."""
    with urllib.request.urlopen(f"http://127.0.0.1:{FREE_PORT}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def value(name: str, **labels: str) -> float:
    """One sample; 0 when it is not there yet."""
    for family in text_string_to_metric_families(scraped()):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return 0


def test_what_people_do_is_counted(portal: Portal) -> None:
    portal.create_account("metricone")
    before = {
        event: value("cers_steps_total", event=event) for event in ("sign_in_ok", "sign_in_refused", "link_asked")
    }
    hashed = value("cers_hashing_seconds_count", work="SignIn.submit")
    sign_in(portal, "metricone")
    with Socket(portal.url, "a tab", browse(portal.url)) as tab:
        tab.call(HYDRATE)
        tab.call(SIGN_IN, form={"username": "metricone", "password": "wrong"})
        assert value("cers_sockets_open") == 1
    ask(portal, "metricone")
    ask(portal, "nobodyhere")
    portal.inbox.wait("metricone@example.com")

    gained = {event: value("cers_steps_total", event=event) - count for event, count in before.items()}
    assert gained == {"sign_in_ok": 1, "sign_in_refused": 1, "link_asked": 2}
    assert value("cers_hashing_seconds_count", work="SignIn.submit") == hashed + 2
    assert value("cers_sockets_open") == 0
    assert value("cers_http_answers_total", status="200") > 0
    assert value("cers_mail_seconds_count") == 1, "the row for nobody is no mail"
    assert value("cers_database_up") == 1
    assert value("cers_build_info", version=__version__) == 1


def test_a_limit_that_is_hit_is_counted(portal: Portal) -> None:
    before = value("cers_limits_hit_total", limit="events")
    # It may be cut off before the last is sent.
    with suppress(ConnectionClosed), Socket(portal.url, "a flood", browse(portal.url)) as tab:
        for _ in range(15):
            tab.send(HYDRATE)
        tab.settle()
    assert value("cers_limits_hit_total", limit="events") == before + 1


def test_nothing_that_somebody_typed_is_in_them_and_nothing_of_them_is_public(portal: Portal) -> None:
    portal.create_account("typedname")
    claim_of(portal, browse(portal.url), "typedname", PASSWORD)
    text = scraped()

    assert "cers_steps_total" in text
    for typed in ("typedname", PASSWORD, "example.com"):
        assert typed not in text
    for path in ("/metrics", "/metrics/"):
        assert request(portal.url, path=path).status in {307, 404}
    assert "cers_" not in request(portal.url, path="/readyz").body


def test_they_listen_on_loopback_alone(portal: Portal) -> None:
    assert request(portal.url, path="/readyz").status == 200
    table = Path("/proc/net/tcp").read_text("ascii")
    addresses = re.findall(rf": ([0-9A-F]{{8}}):{FREE_PORT:04X} [0-9A-F:]+ 0A", table)
    assert addresses == ["0100007F"]


def test_the_queue_is_told_without_rows_for_nobody(database: Database, clock: Clock, ann: Account) -> None:
    with database.writing() as session:
        enqueue(session, world_at(clock), MailKind.RESET_LINK, ann.id, Origin(""))
        enqueue(session, world_at(clock), MailKind.RESET_LINK, None, Origin(""))
        enqueue(session, world_at(clock), MailKind.INVITATION, ann.id, Origin(""))
        refused = enqueue(
            session, world_at(clock), MailKind.USERNAME_REMINDER, None, Origin(""), address="x@example.com"
        )
        mark_not_sent(session, session.get_one(OutgoingMail, refused), clock(), "refused", is_final=True)
        seen = look(session)
    assert (seen.waiting, seen.oldest, seen.failed) == (1, clock(), 1)

    clock.advance(seconds=90)
    collected = {family.name: family.samples[0].value for family in QueueCollector(database, clock).collect()}
    assert collected == {
        "cers_database_up": 1,
        "cers_mail_waiting": 1,
        "cers_mail_oldest_waiting_seconds": 90,
        "cers_mail_invitations": 1,
        "cers_mail_failed": 1,
    }


def test_a_database_that_does_not_answer_is_told_instead_of_numbers(database: Database, clock: Clock) -> None:
    gone = Database(database.url.replace(".db", "-gone.db"))

    collected = {family.name: family.samples[0].value for family in QueueCollector(gone, clock).collect()}

    assert collected == {"cers_database_up": 0}
