"""The path of a request, from what the real portal, its worker and a mail server left of it."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pytest

from cers_app.accounts.models import Account
from cers_app.storage.audit import AuditEvent
from cers_app.support.trace import NEITHER, NOTHING
from cers_app.values.digests import sha256
from cers_app.values.events import Event
from cers_app.values.reference import read_reference
from tests.support import commands
from tests.support.inbox import Received
from tests.support.journeys import ask, change, mailed_link, new_password_socket, open_link
from tests.support.looking import everything_stored, hashed, rows
from tests.support.portal import SECRET_KEY, Portal
from tests.support.wire import HYDRATE, SIGN_IN, Jar, Socket, browse, request

NEW = "Blue kettle, nine o'clock train"
STEP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) +(?:\+([\d,]+\.\d{3}) s +)?(audit|mail|link|log) +(.*)")

IN_ORDER = (
    ("mail", "Email queued (reset_link, id "),
    ("mail", "The worker began to try"),
    ("link", "Link made, works until "),
    ("mail", "The mail server took the email"),
    ("link", "Link opened, the last time"),
    ("link", "Link used, see "),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the command."""

    at: datetime
    after: float | None
    source: str
    words: str


def traced(portal: Portal, name: str, *more: str, typed: str = "") -> str:
    """What `trace` prints."""
    env = {
        "CERS_MODE": "test",
        "CERS_SECRET_KEY": SECRET_KEY,
        "CERS_DATABASE_URL": portal.database.url,
    }
    done = commands.run("trace", name, *more, env=env, typed=typed)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def steps_in(told: str) -> list[Told]:
    """The steps that `trace` printed."""
    found = [STEP.fullmatch(line) for line in told.partition("All times are in UTC.\n")[2].splitlines()]
    return [
        Told(datetime.fromisoformat(each[1]), float(each[2]) if each[2] else None, each[3], each[4])
        for each in found
        if each
    ]


def reference_of(mail: Received) -> str:
    """What the mail calls its request."""
    return str(mail.mail["X-CERS-Reference"])


@pytest.fixture(scope="module")
def reset(portal: Portal) -> tuple[Received, Jar]:
    """Somebody asked for a link and used it, while others asked as well; the mail, and the cookies of the browser."""
    for name in ("tracedperson", "tracedother"):
        portal.create_account(name)
    mail = mailed_link(portal, "tracedperson")
    ask(portal, "tracedother")
    ask(portal, "tracedperson")
    jar = open_link(portal, mail.token)
    socket, shown = new_password_socket(portal, jar)
    with socket:
        change(socket, shown["link"], NEW)
    portal.inbox.wait("tracedperson@example.com", subject="Password Changed")
    return mail, jar


def test_somebody_who_looks_into_a_reset_sees_every_step_in_order_and_how_long_each_took(
    portal: Portal, reset: tuple[Received, Jar]
) -> None:
    mail, _ = reset
    told = traced(portal, reference_of(mail))
    steps = steps_in(told)

    assert told.startswith(f"Request:  {reference_of(mail)}, ")
    assert "Account:  tr********on@example.com, active\nEmail:    reset_link, sent after 1 try\n" in told
    kept_apart = [(step.source, step.words) for step in steps if step.source in {"mail", "link"}]
    for (source, words), (wanted, begin) in zip(kept_apart, IN_ORDER, strict=True):
        assert source == wanted
        assert words.startswith(begin)
    assert steps[0].words == "Reset link requested (queued)"
    assert "Email sent (reset_link: 250 OK), by worker" in [step.words for step in steps if step.source == "audit"]
    assert [step.words.split()[2] for step in steps if step.source == "log"] == ["link_asked", "mail_sent"]

    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[0].after is None
    for before, step in pairwise(steps):
        assert step.after is not None
        assert abs(step.after - (step.at - before.at).total_seconds()) < 0.0021


def test_the_reference_of_a_changed_password_leads_to_all_that_its_request_did(
    portal: Portal, reset: tuple[Received, Jar]
) -> None:
    change_of = reference_of(portal.inbox.wait("tracedperson@example.com", subject="Password Changed"))
    assert change_of != reference_of(reset[0])

    words = [step.words for step in steps_in(traced(portal, change_of)) if step.source == "audit"]

    assert words[:3] == ["Reset link used", "Password changed (reset)", "Sessions ended (0)"]


def test_no_step_shows_a_secret_or_a_whole_address(portal: Portal, reset: tuple[Received, Jar]) -> None:
    mail, jar = reset
    secrets = [mail.token, sha256(mail.token), NEW, "tracedperson@", "tracedother@", "/r/", SECRET_KEY]
    secrets += [value for value in jar.values.values() if len(value) > 20]
    secrets += re.findall(r"[0-9a-f]{64}|\$argon2\S+", everything_stored(portal.database))
    names = {name for row in rows(portal.database, AuditEvent) for name in (row.request_id, row.reference) if name}

    told = "".join(traced(portal, name) for name in names)

    assert len(secrets) > 10
    assert len(names) > 5
    assert [secret for secret in secrets if secret in told] == []
    assert "tr********on@example.com" in told
    assert sha256(mail.token) in everything_stored(portal.database), "the secret would be found"


def test_no_line_of_a_request_that_ran_at_the_same_time_is_among_them(
    portal: Portal, reset: tuple[Received, Jar]
) -> None:
    mail, _ = reset
    told = traced(portal, reference_of(mail))
    request_id = told.partition("\n")[0].split()[-1]
    logged = portal.log.read_text("utf-8").splitlines()
    mine = [n for n, line in enumerate(logged) if f'request_id="{request_id}"' in line]
    others = reference_of(portal.inbox.wait("tracedother@example.com"))

    assert len([step for step in steps_in(told) if step.source == "log"]) == len(mine) == 2
    assert [line for line in logged[mine[0] :] if read_reference(others) in line], "it came later, into the same log"
    assert read_reference(others) not in told.replace("-", "")


def test_both_formats_of_the_log_give_the_same_steps(portal: Portal, reset: tuple[Received, Jar]) -> None:
    name = reference_of(reset[0])
    as_words = portal.log.read_text("utf-8")
    as_json = (portal.folder / "portal.db.log").read_text("utf-8")
    assert as_json.startswith("{")
    assert not as_words.startswith("{")

    usual = traced(portal, name)
    in_words = steps_in(traced(portal, name, "--log", str(portal.log)))
    assert [step.words for step in in_words] == [step.words for step in steps_in(usual)]
    assert traced(portal, name, "--log", "-", typed=as_json) == usual
    without = steps_in(traced(portal, name, "--log", "-"))
    assert {step.source for step in without} == {"audit", "mail", "link"}


def test_the_page_of_a_request_shows_what_the_command_prints(portal: Portal, reset: tuple[Received, Jar]) -> None:
    name = reference_of(reset[0])
    for address in (f"/dev/requests/{name}/", f"/dev/requests/{name.replace('-', '')}"):
        page = request(portal.url, path=address)
        assert page.status == 200
        assert "script-src 'none'" in page.headers["content-security-policy"]
        cells = [html.unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<td>(.*?)</td>", page.body)]
        shown = [tuple(cells[n + i] for i in (0, 2, 3)) for n in range(0, len(cells), 4)]
        assert shown == [
            (f"{step.at.isoformat(' ', 'milliseconds')}", step.source, step.words)
            for step in steps_in(traced(portal, name))
        ]
    (used,) = re.findall(r'href="(/dev/requests/[0-9a-f]{16}/)"', page.body)
    assert "Password changed (reset)" in request(portal.url, path=used).body


@pytest.mark.parametrize("name", ["K7QD-M4XWQ", "x", "%00", "0" * 15, "0" * 5_000, "a%20b", "%F0%9F%94%91", "%3Cb%3E"])
def test_what_is_no_name_of_a_request_is_not_looked_up(portal: Portal, name: str) -> None:
    page = request(portal.url, path=f"/dev/requests/{name}/")

    assert (page.status, page.headers.get_content_type()) == (404, "text/plain")
    assert page.body == NEITHER


def test_a_request_that_nobody_made_is_not_found(portal: Portal) -> None:
    for name in ("AAAA-AAAA", "0" * 16):
        page = request(portal.url, path=f"/dev/requests/{name}/")
        assert (page.status, page.body) == (404, NOTHING)


def test_a_failed_sign_in_is_found_by_the_id_in_the_log(portal: Portal) -> None:
    with Socket(portal.url, "a tab", browse(portal.url)) as socket:
        socket.call(HYDRATE)
        socket.call(SIGN_IN, form={"username": "tracednobody", "password": "of no account at all"})
    (row,) = [row for row in rows(portal.database, AuditEvent) if row.identifier == hashed("tracednobody")]

    told = traced(portal, row.request_id.upper())

    assert [(step.source, step.words.partition(" account")[0]) for step in steps_in(told)] == [
        ("audit", "Failed sign-in (sign-in)"),
        ("log", "info cers_app.storage.audit: sign_in_refused"),
    ]
    assert "Account:  none\n" in told
    assert row.identifier not in told
    assert "tracednobody" not in told


def test_a_merged_request_leads_to_the_request_whose_mail_answers_it(
    portal: Portal, reset: tuple[Received, Jar]
) -> None:
    (account,) = [row for row in rows(portal.database, Account) if row.username == "tracedperson"]
    # Other tests share the portal.
    (merged,) = [
        row
        for row in rows(portal.database, AuditEvent)
        if (row.detail, row.event, row.account_id) == ("merged", Event.LINK_ASKED, account.id)
    ]

    told = traced(portal, merged.reference)

    assert f"Reset link requested (merged), see {reference_of(reset[0])}\n" in told
