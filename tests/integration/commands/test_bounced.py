"""Mails that come back, and everything else that reaches the address for bounces."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from cers_app.accounts.models import ResetLink
from cers_app.commands.bounced import LARGEST
from cers_app.composition.world import now
from cers_app.mail.delivery_report import Ignored
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.provided import provided
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import file_of
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from tests.integration.commands.bouncing import Sent, ignored, piped
from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import given
from tests.support.doubles import ANN
from tests.support.looking import everything_stored, rows
from tests.support.portal import ROOT
from tests.support.reports import SERVERS, report

TEMPORARY = 75
"""What tells a mail server to try again (sysexits.h)."""


@pytest.mark.parametrize("server", SERVERS)
def test_a_mail_that_came_back_has_failed_and_its_link_is_canceled(desk: Desk, sent: Sent, server: str) -> None:
    mail_id = sent()
    words = piped(report(server, mail_id))

    assert (words.exit_code, words.output) == (
        0,
        f"The mail {mail_id} came back: that mailbox does not exist (5.1.1). Its reset link was canceled.\n",
    )
    (mail,), (link,) = rows(desk.database, OutgoingMail), rows(desk.database, ResetLink)
    assert (mail.state, mail.why) == (MailState.FAILED, "bounced 5.1.1")
    assert link.cancelled_why == WhyCancelled.MAIL_BOUNCED
    audited = rows(desk.database, AuditEvent)[-1]
    assert (audited.event, audited.account_id) == (Event.MAIL_FAILED, mail.account_id)
    assert (audited.detail, audited.reference) == ("reset_link: bounced 5.1.1", mail.reference)
    assert audited.actor.startswith("cli:")

    before = everything_stored(desk.database)
    assert ignored(report(server, mail_id)) == Ignored.REPEATED
    assert everything_stored(desk.database) == before


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (b"", Ignored.NO_REPORT),
        (b"\xff\x00" * LARGEST, Ignored.NO_REPORT),
        (b"Subject: I am away\n\nUntil Monday.\n", Ignored.NO_REPORT),
        (report(), Ignored.NOT_OURS),
        (report(Action="delayed"), Ignored.NOTHING_FAILED),
    ],
    ids=["empty", "large", "answer", "another mail", "delayed"],
)
def test_whatever_strangers_send_changes_nothing(desk: Desk, sent: Sent, mail: bytes, why: Ignored) -> None:
    mail_id, before = sent(), everything_stored(desk.database)
    assert ignored(mail) == why
    assert everything_stored(desk.database) == before

    assert "came back" in piped(report(mail_id=mail_id)).output, "a genuine report counts"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Action": "delayed"}, Ignored.NOTHING_FAILED),
        ({"Action": "relayed"}, Ignored.NOTHING_FAILED),
        ({"Status": "2.0.0"}, Ignored.NOTHING_FAILED),
        ({"Final_Recipient": "rfc822; bobgause@example.com"}, Ignored.OTHER_ADDRESS),
        ({"Final_Recipient": "rfc822; anngause"}, Ignored.OTHER_ADDRESS),
        ({"Final_Recipient": "rfc822;"}, Ignored.OTHER_ADDRESS),
        ({"Final_Recipient": "anngause@example.com"}, Ignored.OTHER_ADDRESS),
        ({"Final_Recipient": f"rfc822; {'a' * 300}@example.com"}, Ignored.OTHER_ADDRESS),
    ],
)
def test_a_report_with_our_message_id_counts_only_for_a_final_failure_at_the_address_of_the_mail(
    desk: Desk, sent: Sent, changes: dict[str, str], why: Ignored
) -> None:
    mail_id, before = sent(), everything_stored(desk.database)
    assert ignored(report(mail_id=mail_id, **changes)) == why
    assert everything_stored(desk.database) == before

    assert "came back" in piped(report(mail_id=mail_id)).output, "a genuine report counts"


def test_a_mail_to_a_former_address_changes_nothing_for_the_new_one(desk: Desk, sent: Sent) -> None:
    mail_id = sent()
    desk.says("accounts", "set-email", "anngause", "ann@example.org")
    desk.says("mail", "work", "--once")
    before = everything_stored(desk.database)

    assert ignored(report(mail_id=mail_id)) == Ignored.OTHER_ADDRESS
    (notice,) = [mail for mail in rows(desk.database, OutgoingMail) if mail.kind == "email_changed"]
    assert ignored(report(mail_id=notice.id)) == Ignored.OTHER_ADDRESS, "the queue has wiped the former address"
    assert everything_stored(desk.database) == before


def test_a_row_that_was_never_sent_cannot_come_back(desk: Desk, sent: Sent) -> None:
    assert sent()
    provided(ResetStore).ask("nobodyatall", ANN)
    desk.says("mail", "work", "--once")
    (nobodys,) = [mail.id for mail in rows(desk.database, OutgoingMail) if mail.account_id is None]
    provided(ResetStore).ask("anngause@example.com", ANN)
    (waiting,) = [mail.id for mail in rows(desk.database, OutgoingMail) if mail.state == MailState.WAITING]
    before = everything_stored(desk.database)

    assert [ignored(report(mail_id=each)) for each in (nobodys, waiting)] == [Ignored.NOT_OURS] * 2
    assert everything_stored(desk.database) == before


def test_a_report_that_is_quicker_than_the_worker_is_kept_by_the_mail_server(desk: Desk, sent: Sent) -> None:
    mail_id = sent()
    with desk.database.writing() as session:
        mail = session.get_one(OutgoingMail, mail_id)
        mail.state, mail.leased_until, mail.sent_at = MailState.WAITING, now() + timedelta(minutes=3), None

    early = piped(report(mail_id=mail_id))
    assert (early.exit_code, early.stderr) == (
        TEMPORARY,
        "Error: The mail worker still has this mail. Try again later.\n",
    )


def test_while_the_database_is_locked_the_mail_server_keeps_the_report(desk: Desk, sent: Sent) -> None:
    mail_id = sent()
    with closing(sqlite3.connect(file_of(desk.database.url), isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        kept = piped(report(mail_id=mail_id))
        another.execute("ROLLBACK")

    assert (kept.exit_code, kept.stderr) == (TEMPORARY, "Error: Nothing was changed: database is locked\n")
    assert "came back" in piped(report(mail_id=mail_id)).output


@pytest.mark.parametrize("wrong", [{"PORT": "many"}, {"PROT": "3000"}])
def test_while_a_setting_is_wrong_the_mail_server_keeps_the_report(
    desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    mail_id, before = sent(), everything_stored(desk.database)
    given(monkeypatch, **wrong)
    kept = piped(report(mail_id=mail_id))

    assert kept.exit_code == TEMPORARY
    assert f"CERS_{next(iter(wrong))}" in kept.stderr
    assert "Traceback" not in kept.output
    assert everything_stored(desk.database) == before


def test_while_there_is_no_database_the_mail_server_keeps_the_report(
    desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mail_id = sent()
    given(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    kept = piped(report(mail_id=mail_id))

    assert kept.exit_code == TEMPORARY
    assert "There is no database" in kept.stderr
    assert desk.database


def test_without_a_report_to_read_the_mail_server_is_asked_to_try_again() -> None:
    command = f"{sys.executable} -m cers_app mail bounced <&-"
    env = {**os.environ, "CERS_MODE": "test"}
    kept = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    words = "Error: The report comes from standard input, but standard input is closed.\n"
    assert (kept.returncode, kept.stdout, kept.stderr) == (TEMPORARY, "", words)
