"""People without a password get one mail about setting one up, and nobody gets a second."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlmodel import delete

from cers_app.accounts.models import Account, AccountState
from cers_app.composition.world import now
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.values.events import Event
from tests.integration.commands.conftest import Desk
from tests.support.commands import run
from tests.support.looking import everything_stored, rows
from tests.support.portal import SECRET_KEY


def newcomers(desk: Desk, number: int) -> list[Account]:
    """People who came without a password."""
    return [desk.create(f"person{each}") for each in range(number)]


def change(desk: Desk, account: Account, **columns: object) -> None:
    with desk.database.writing() as session:
        stored = session.get_one(Account, account.id)
        for name, value in columns.items():
            setattr(stored, name, value)


def invited(desk: Desk) -> list[int | None]:
    """The accounts for which invitations were queued."""
    return [mail.account_id for mail in rows(desk.database, OutgoingMail) if mail.kind == MailKind.INVITATION]


def test_only_people_who_never_had_a_password_are_invited_and_only_once(desk: Desk) -> None:
    ann, closed, unused, void, known, last = newcomers(desk, 6)
    change(desk, closed, state=AccountState.DISABLED)
    change(desk, unused, state=AccountState.NOT_ACTIVATED)
    change(desk, void, last_sign_in_at=now())
    change(desk, known, password_hash="a hash")

    said = desk.says("accounts", "invite", "--most", "1", "--reason", "ticket 17")
    assert said.startswith(
        "1 invitation queued, 1 left for later.\nIf nothing holds the mails up, the last one leaves on "
    )
    assert invited(desk) == [ann.id]
    assert desk.account(ann).invited_at
    assert desk.written_down() == [(Event.INVITED, ann.id, "reason: ticket 17")]
    change(desk, unused, state=AccountState.ACTIVE)
    assert desk.says("accounts", "invite").startswith("2 invitations queued, 0 left for later.\n")
    # The queue forgets sent mails after some weeks.
    with desk.database.writing() as session:
        session.connection().execute(delete(OutgoingMail))
    assert desk.says("accounts", "invite") == "0 invitations queued, 0 left for later.\n"
    assert desk.account(last).invited_at


def test_a_dry_run_says_how_many_and_invites_nobody(desk: Desk) -> None:
    newcomers(desk, 3)
    before = everything_stored(desk.database)

    said = desk.says("accounts", "invite", "--most", "2", "--dry-run")

    assert (
        said == "Dry run: 2 invitations would be queued, and 1 left for later.\n0 earlier invitations not sent yet.\n"
    )
    assert everything_stored(desk.database) == before
    desk.says("accounts", "invite", "--most", "2")
    assert desk.says("accounts", "invite", "--dry-run") == (
        "Dry run: 1 invitation would be queued, and 0 left for later.\n2 earlier invitations not sent yet.\n"
    )


@pytest.mark.parametrize(("point", "kept"), [("invitations.marked", 0), ("invitations.kept", 100)])
def test_a_wave_that_is_killed_goes_on_and_nobody_gets_a_second_mail(
    desk: Desk, tmp_path: Path, point: str, kept: int
) -> None:
    people, kill = newcomers(desk, 150), tmp_path / "kill-at"
    kill.write_text(point, "ascii")
    env = {
        "CERS_MODE": "test",
        "CERS_DATABASE_URL": desk.database.url,
        "CERS_SECRET_KEY": SECRET_KEY,
        "CERS_QA_KILL_FILE": str(kill),
    }

    killed = run("accounts", "invite", env=env)
    assert (killed.returncode, killed.stdout) == (-SIGKILL, "")
    assert len(invited(desk)) == kept
    went_on = run("accounts", "invite", env=env)

    assert went_on.stdout.startswith(f"{150 - kept} invitations queued, 0 left for later.\n")
    assert Counter(invited(desk)) == Counter(account.id for account in people)
    assert len([row for row in desk.written_down() if row[0] == Event.INVITED]) == 150


def test_the_mails_of_a_wave_are_due_one_by_one_behind_those_of_the_wave_before(desk: Desk) -> None:
    newcomers(desk, 5)
    desk.says("accounts", "invite", "--most", "2")
    desk.says("accounts", "invite")

    due = sorted(mail.due_at for mail in rows(desk.database, OutgoingMail))
    gaps = {round((after - before).total_seconds(), 2) for before, after in pairwise(due)}
    # 300 mails a minute leave room for 150 invitations.
    assert gaps == {0.4}


def test_invitations_that_wait_are_no_reason_for_an_alert(desk: Desk) -> None:
    newcomers(desk, 2)
    desk.says("accounts", "invite")
    with desk.database.reading() as session:
        seen = outbox.look(session)
    assert (seen.waiting, seen.oldest, seen.invitations) == (0, None, 2)

    desk.create("bobgause")
    desk.says("support", "send-link", "bobgause")
    with desk.database.reading() as session:
        assert outbox.look(session).waiting == 1
