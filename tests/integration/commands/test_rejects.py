"""A file comes in without its wrong rows, which another file holds."""

import csv
from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from tests.integration.commands.conftest import Desk
from tests.integration.commands.importing import HEADER, imported, person, write
from tests.support.looking import rows


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [*csv.reader(lines)]


def test_nearly_ten_thousand_come_in_and_the_three_others_stand_in_a_file_with_the_reasons(
    desk: Desk, file: Path, rejected: Path
) -> None:
    lines = [person(number) for number in range(10_000)]
    lines[10], lines[5_000], lines[9_999] = "x,x@example.com,Ann,Gause", "PERSON7,o@example.com,Ann,Gause", "short"

    done = imported(desk, write(file, *lines), rejected)

    assert (done.exit_code, done.stdout) == (3, "9,997 accounts imported from people.csv.\n")
    assert done.stderr.splitlines()[-1] == f"3 of 10,000 rows were rejected. See {rejected}."
    assert len(rows(desk.database, Account)) == 9_997
    header, *found = read(rejected)
    assert header == ["line", "why", *HEADER.split(",")]
    assert [(row[0], row[2:]) for row in found] == [
        ("12", ["x", "x@example.com", "Ann", "Gause"]),
        ("5002", ["PERSON7", "o@example.com", "Ann", "Gause"]),
        ("10001", ["short"]),
    ]
    assert found[1][1] == "person7 is already in line 9."
    assert rejected.stat().st_mode & 0o777 == 0o600


def test_a_file_of_rejected_rows_is_corrected_and_imported(desk: Desk, file: Path, rejected: Path) -> None:
    imported(desk, write(file, person(1), "x,x@example.com,Ann,Gause", "y,y@example.com,Yan,Gause"), rejected)
    text = rejected.read_text("utf-8").replace("x,x@", "xavier,x@")
    rejected.write_text(text, "utf-8")
    again = rejected.with_name("again.csv")

    assert imported(desk, str(rejected), again).exit_code == 3

    assert [row.username for row in rows(desk.database, Account)] == ["person1", "xavier"]
    header, only = read(again)
    assert (header, only[0], only[2:]) == (
        ["line", "why", *HEADER.split(",")],
        "3",
        ["y", "y@example.com", "Yan", "Gause"],
    )


def test_a_file_that_exists_is_not_overwritten_and_a_link_is_not_followed(
    desk: Desk, file: Path, rejected: Path
) -> None:
    rejected.symlink_to(file.with_name("elsewhere.csv"))
    before = write(file, "x,x@example.com,Ann,Gause")

    refused = imported(desk, before, rejected)

    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Error: {rejected} exists. Name another file for the rejected rows. Nothing was imported.\n",
    )
    assert not file.with_name("elsewhere.csv").exists()
    rejected.unlink()
    assert imported(desk, before, rejected).exit_code == 3
    assert "x@example.com" in rejected.read_text("utf-8")


def test_a_folder_that_cannot_be_written_imports_nobody(desk: Desk, file: Path, rejected: Path) -> None:
    refused = imported(desk, write(file, person(1), "x,x@example.com,Ann,Gause"), rejected / "missing.csv")

    assert refused.exit_code == 1
    assert "Error: Nothing was imported, because " in refused.stderr
    assert rows(desk.database, Account) == []


def test_a_file_without_wrong_rows_leaves_no_file_of_rejects(desk: Desk, file: Path, rejected: Path) -> None:
    assert imported(desk, write(file, person(1)), rejected).exit_code == 0

    assert not rejected.exists()
    assert [row.username for row in rows(desk.database, Account)] == ["person1"]


@pytest.mark.parametrize("first", "+-/")
def test_no_reason_begins_as_a_formula_and_the_persons_own_fields_stay_as_they_were(
    desk: Desk, file: Path, rejected: Path, first: str
) -> None:
    address = f"{first}a@example.com"
    imported(desk, write(file, f"anngause,{address},Ann,Gause", f"bobgause,{address},=1+1,Gause"), rejected)
    _, damaged = read(rejected)
    assert damaged[1].startswith("A name was damaged")
    assert damaged[2:] == ["bobgause", address, "=1+1", "Gause"]

    again = rejected.with_name("again.csv")
    imported(desk, write(file, f"bobgause,{address},Bob,Gause"), again)

    _, owned = read(again)
    assert owned[1] == f"'{address} already belongs to an account. What differs: username, first_name."
    assert owned[2:] == ["bobgause", address, "Bob", "Gause"]
