"""A file comes in again, is only tried, or meets accounts that are there already."""

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from cers_app.accounts.staging import Staged
from cers_app.commands import importing
from cers_app.storage.audit import AuditEvent
from tests.integration.commands.conftest import Desk
from tests.integration.commands.importing import FULL, HASH, imported, person, write
from tests.support.looking import everything_stored, rows
from tests.support.portal import ROOT


def test_an_import_is_repeated_and_changes_nothing(desk: Desk, file: Path) -> None:
    lines = [f'{person(1)},disabled,"{HASH}"', f"{person(2)},,"]
    desk.says("accounts", "import", write(file, *lines, header=FULL))
    before = everything_stored(desk.database)

    said = desk.says("accounts", "import", str(file))

    assert said == (
        "0 accounts imported from people.csv.\n2 rows skipped, because the account exists with exactly the same data.\n"
    )
    assert everything_stored(desk.database) == before
    said = desk.says("accounts", "import", write(file, *lines, f"{person(3)},,", header=FULL))
    assert said.startswith("1 account imported")
    assert len(rows(desk.database, Account)) == 3


@pytest.mark.parametrize(
    ("line", "differs"),
    [
        (f'person1,person1@example.com,Ann,Gause,,"{HASH.replace("t=3", "t=2")}"', "password_hash"),
        ("person1,person1@example.com,Ann,Gause,,", "password_hash"),
        (f'person1,person1@example.com,Anna,Gause,disabled,"{HASH}"', "first_name, state"),
        (f'PERSON1,person1@example.com,Ann,Gause,,"{HASH}"', "username"),
        (f'person1,new@example.com,Ann,Gause,,"{HASH}"', "email"),
        (f'new001,person1@example.com,Ann,Gause,,"{HASH}"', "username"),
    ],
)
def test_other_data_never_changes_an_account(desk: Desk, file: Path, rejected: Path, line: str, differs: str) -> None:
    desk.says("accounts", "import", write(file, f'{person(1)},,"{HASH}"', header=FULL))
    before = rows(desk.database, Account)

    done = imported(desk, write(file, line, f"{person(2)},,", header=FULL), rejected)

    assert done.exit_code == 3
    assert f"already belongs to an account. What differs: {differs}.\n" in done.stderr
    (kept,) = [row for row in rows(desk.database, Account) if row.id == before[0].id]
    assert kept == before[0]
    assert "person2" in everything_stored(desk.database)


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk, file: Path, rejected: Path) -> None:
    desk.says("accounts", "import", write(file, person(1)))
    good = write(file, person(1), person(2))
    before = everything_stored(desk.database)
    assert desk.says("accounts", "import", good, "--dry-run").splitlines() == [
        "Dry run: 1 account would be imported from people.csv.",
        "1 row skipped, because the account exists with exactly the same data.",
    ]
    bad = write(file, person(1), person(2), "x,x@example.com,Ann,Gause")
    tried, refused = (desk.types("accounts", "import", bad, *more) for more in (("--dry-run",), ()))
    assert (tried.exit_code, tried.stderr) == (refused.exit_code, refused.stderr) == (1, refused.stderr)
    tried = imported(desk, bad, rejected, "--dry-run")
    assert (tried.exit_code, tried.stderr.splitlines()[-1]) == (3, "1 of 3 rows would be rejected.")
    assert not rejected.exists()
    assert everything_stored(desk.database) == before

    assert imported(desk, bad, rejected).exit_code == 3
    assert everything_stored(desk.database) != before


def test_whoever_takes_a_name_meanwhile_keeps_it_and_nobody_else_comes_in(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = Staged.compare

    def compared(staged: Staged) -> None:
        compare(staged)
        meanwhile = threading.Thread(target=desk.create, args=("person7",))
        meanwhile.start()
        meanwhile.join()

    monkeypatch.setattr(Staged, "compare", compared)
    refused = desk.refuses("accounts", "import", write(file, *[person(number) for number in range(20)]))

    assert refused == importing.MEANWHILE
    assert [row.username for row in rows(desk.database, Account)] == ["person7"]
    assert rows(desk.database, AuditEvent) == []


@pytest.mark.parametrize(
    ("encoded", "kind"),
    [
        ("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "a bcrypt hash"),
        ("pbkdf2_sha256$600000$abc$BbS6+d0p8vXLbvrEDnEsBDwRHRpCVRIpdHtoEgOmLCc=", "a PBKDF2 hash"),
        ("AQAAAAEAACcQAAAAEFZ0a2yvJ9T5bqxk0FqkC0fM3rIQpJv3mD3Lw6zRrXr0e4m8xqQKf1S1s1m0mA1kYg==", "an ASP.NET Identity"),
        ("$argon2i$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ", "an argon2i or argon2d hash"),
        ("$6$rounds=5000$salt$hash", "a crypt hash"),
        ("hunter2", ""),
    ],
)
def test_a_hash_of_another_kind_is_refused_with_what_to_do(desk: Desk, file: Path, encoded: str, kind: str) -> None:
    refused = desk.types("accounts", "import", write(file, f'{person(1)},,"{encoded}"', header=FULL))

    assert refused.exit_code == 1
    assert kind in refused.stderr
    assert ("This is" in refused.stderr) == bool(kind)
    assert "Leave the column empty, and invite the person to set a password: accounts invite." in refused.stderr
    assert encoded not in refused.stderr
    assert rows(desk.database, Account) == []
    assert desk.types("accounts", "import", write(file, f"{person(1)},,", header=FULL)).exit_code == 0


def test_a_person_at_a_terminal_sees_progress_and_a_pipe_does_not(desk: Desk, file: Path) -> None:
    command = [sys.executable, "-m", "cers_app", "accounts", "import", write(file, person(1)), "--dry-run"]
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)

    at_terminal = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, check=True)
    piped = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    shown = os.read(ours, 100_000)
    for end in (ours, theirs):
        os.close(end)
    assert b"Reading" in shown
    assert piped.stderr == b""
    assert at_terminal.stdout == piped.stdout == b"Dry run: 1 account would be imported from people.csv.\n"
    assert rows(desk.database, Account) == []
