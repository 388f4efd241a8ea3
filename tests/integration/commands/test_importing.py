"""Everybody in a file gets an account, or nobody does."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session

from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account, Identifier
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.staging import Staged
from cers_app.provided import provided
from cers_app.storage.audit import AuditEvent
from cers_app.values.events import Event
from tests.integration.commands.conftest import Desk
from tests.integration.commands.importing import FULL, HASH, person, write
from tests.support.doubles import NEW_PASSWORD, OLD_PASSWORD
from tests.support.looking import everything_stored, rows


def test_three_bad_rows_in_ten_thousand_keep_everybody_out_until_they_are_corrected(
    desk: Desk, file: Path, say: Callable[[str], None]
) -> None:
    desk.create("bobgause")
    before = everything_stored(desk.database)
    good = [person(number) for number in range(10_000)]
    bad = good.copy()
    bad[10], bad[5_000] = "x,x@example.com,Ann,Gause", "PERSON7,other@example.com,Ann,Gause"
    bad[9_999] = "another,BobGause@example.com,Ann,Gause"

    refused = desk.types("accounts", "import", write(file, *bad))
    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        "Line 12: The username must have 5 to 16 letters and digits, or be the account's own email address.",
        "Line 5002: person7 is already in line 9.",
        "Line 10001: bobgause@example.com already belongs to an account. What differs: username, email.",
        "Error: 3 of 10,000 rows are wrong. Nothing was imported.",
    ]
    assert everything_stored(desk.database) == before

    began = time.monotonic()
    said = desk.says("accounts", "import", write(file, *good))
    say(f"accounts import: 10,000 rows in {time.monotonic() - began:.1f} s")
    assert said == "10,000 accounts imported from people.csv.\n"
    assert len(rows(desk.database, Account)) == 10_001
    assert len(rows(desk.database, Identifier)) == 20_002
    batch, *each = rows(desk.database, AuditEvent)
    assert (batch.event, batch.detail) == (Event.ACCOUNT_CREATED, "import of 10,000 accounts from people.csv")
    assert (len(each), {row.event for row in each}) == (10_000, {Event.ACCOUNT_CREATED})
    assert "State:          active" in desk.says("accounts", "show", "person9999@example.com")


def test_people_keep_their_password_or_set_one_later(desk: Desk, file: Path) -> None:
    known = provided(Passwords).hash(OLD_PASSWORD)
    lines = (f'anngause,Ann@Example.com, Ann ,Gause,,"{known}"', "bob@example.com,bob@example.com,Bob,Gause,,")
    desk.says("accounts", "import", write(file, *lines, header=FULL))

    ann, bob = rows(desk.database, Account)
    assert (ann.username, ann.email, ann.first_name, ann.state) == ("anngause", "Ann@Example.com", "Ann", "active")
    assert provided(Passwords).verify(ann.password_hash, OLD_PASSWORD)
    assert not provided(Passwords).verify(ann.password_hash, NEW_PASSWORD)
    assert (bob.username, bob.password_hash) == ("bob@example.com", None)
    assert not provided(Passwords).verify(bob.password_hash, "")
    keys = {(row.key, row.account_id) for row in rows(desk.database, Identifier)}
    assert keys == {("anngause", ann.id), ("ann@example.com", ann.id), ("bob@example.com", bob.id)}
    assert {row.account_id for row in rows(desk.database, AuditEvent)} == {None, ann.id, bob.id}


def test_hashes_weaker_than_the_portals_own_come_in_with_a_warning(desk: Desk, file: Path) -> None:
    hashes = [HASH, HASH.replace("m=65536", "m=4096"), HASH.replace("t=3", "t=1"), HASH.replace("p=4", "p=1")]
    lines = [f'{person(number)},,"{encoded}"' for number, encoded in enumerate(hashes)]
    done = desk.types("accounts", "import", write(file, *lines, f"{person(9)},,", header=FULL))

    assert (done.exit_code, done.stdout) == (0, "5 accounts imported from people.csv.\n")
    assert done.stderr == (
        "Warning: 2 accounts got a password hash that is weaker than the portal's own, the first in line 3. The portal"
        " replaces such a hash when its owner signs in.\n"
    )
    strong = desk.types("accounts", "import", write(file, f'{person(10)},,"{HASH}"', header=FULL))
    assert (strong.exit_code, strong.stderr) == (0, "")


def test_a_file_as_a_spreadsheet_writes_it_is_read(desk: Desk, file: Path) -> None:
    header = "\ufeffStatus, Last_Name,first_name,EMAIL,username"
    lines = (
        "Not Activated,Müller,Jo,jo@example.com,jomueller",
        "disabled,O'Hara,Al,al@example.com,alohara",
        ",,,,",
        "",
    )
    file.write_bytes("\r\n".join((header, *lines)).encode())

    assert "2 accounts imported" in desk.says("accounts", "import", str(file))
    found = [(row.username, row.last_name, row.state) for row in rows(desk.database, Account)]
    assert found == [("jomueller", "Müller", "not_activated"), ("alohara", "O'Hara", "disabled")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("anne,ann@example.com,Ann,Gause,,", "The username must have 5 to 16"),
        ("\u212aelvin,ann@example.com,Ann,Gause,,", "The username must have 5 to 16"),
        ("anngause,ann@example,Ann,Gause,,", "The email address is not"),
        ("bob@example.com,ann@example.com,Ann,Gause,,", "own email address"),
        ("anngause,ann@example.com,,,,", "The account needs a first name or a last name."),
        (f"anngause,ann@example.com,{'A' * 101},Gause,,", "The first and last names"),
        ('anngause,ann@example.com,"Ann\nBcc: x",Gause,,', "The first and last names"),
        ("anngause,ann@example.com,Ann,Gause,retired,", 'The status "retired" is not one of: active, not activated'),
        ("anngause,ann@example.com,Ann,Gause,,secret1", "The password hash must be"),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("m=65536", "m=4194304")}"', "at most 64 MiB"),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("p=4", "p=99")}"', "3 passes and 4 lanes."),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("p=4", "p=5")}"', "3 passes and 4 lanes."),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("t=3", "t=4")}"', "3 passes and 4 lanes."),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("m=65536,t=3", "m=8,t=1")}"', "3 passes and 4 lanes."),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("t=3", "t=0")}"', "password hash"),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH.replace("2id", "2i")}"', "password hash"),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH[:-1]}"', "password hash"),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH[:-1]}h"', "password hash"),
        (f'anngause,ann@example.com,Ann,Gause,,"{HASH[:-2]}"', "password hash"),
        (f"anngause,ann@example.com,Ann,Gause,,{HASH}", "8 fields, but the header has 6. Put quotation marks"),
        ("anngause,ann@example.com,Ann,Gause", "The row has 4 fields, but the header has 6."),
        ("PERSON1,ann@example.com,Ann,Gause,,", "person1 is already in line 2."),
        ("anngause,Person1@Example.com,Ann,Gause,,", "person1@example.com is already in line 2."),
        ("BobGause,ann@example.com,Ann,Gause,,", "bobgause already belongs to an account."),
        ("anngause,BOBGAUSE@example.com,Ann,Gause,,", "bobgause@example.com already belongs to an account."),
    ],
)
def test_a_wrong_row_is_named_with_its_reason_and_the_right_one_beside_it_is_not_imported(
    desk: Desk, file: Path, line: str, words: str
) -> None:
    desk.create("bobgause")

    refused = desk.types("accounts", "import", write(file, f"{person(1)},,", line, header=FULL))

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Line 3: ")
    assert words in refused.stderr
    assert "secret1" not in refused.stderr
    assert refused.stderr.endswith("Error: 1 of 2 rows are wrong. Nothing was imported.\n")
    assert [row.username for row in rows(desk.database, Account)] == ["bobgause"]
    assert rows(desk.database, AuditEvent) == []


def test_of_very_many_wrong_rows_fifty_are_told(desk: Desk, file: Path) -> None:
    refused = desk.types("accounts", "import", write(file, *[f"x,{number},," for number in range(60)]))

    told = refused.stderr.splitlines()
    assert [line.partition(":")[0] for line in told[:50]] == [f"Line {number}" for number in range(2, 52)]
    assert told[50:] == ["… and 10 more.", "Error: 60 of 60 rows are wrong. Nothing was imported."]


def test_an_operator_who_interrupts_has_imported_nobody(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, seen = Staged.store, list[int]()

    def interrupted(staged: Staged, session: Session, act: Act, origin: str, _stored: object) -> None:
        def stored(number: int) -> None:
            seen.append(number)
            if len(seen) == 2:
                raise KeyboardInterrupt

        store(staged, session, act, origin, stored)

    monkeypatch.setattr(Staged, "store", interrupted)
    wrong, rejected = "x,x@example.com,Ann,Gause", file.with_name("rejected.csv")
    refused = desk.types(
        "accounts",
        "import",
        write(file, *[person(number) for number in range(3_000)], wrong),
        "--rejects",
        str(rejected),
    )

    assert (seen, refused.exit_code) == ([3_000, 3_000], 1)
    assert refused.stderr.splitlines()[1:] == ["Error: Interrupted. Nothing was imported."]
    assert not rejected.exists()
    assert rows(desk.database, Account) == []
    assert rows(desk.database, AuditEvent) == []
