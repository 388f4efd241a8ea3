"""Files that nobody is imported from."""

from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from cers_app.commands import csv_reader
from tests.integration.commands.conftest import Desk
from tests.integration.commands.importing import HEADER
from tests.support.looking import rows


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (HEADER.encode(), "it has no rows below the header"),
        (HEADER.encode() + b"\nanng\xe4use,ann@example.com,Ann,Gause\n", "it is not UTF-8"),
        (b"username:email:first_name:last_name\n", "missing columns: username, email, first_name, last_name; unknown"),
        (b"username,email,first_name\na,b,c\n", "missing columns: last_name"),
        (HEADER.encode() + b",phone\n", "unknown columns: phone"),
        (HEADER.encode() + b",\x1b[2J\n", "unknown columns: [2J"),
        (HEADER.encode() + b",email\n", "repeated columns: email"),
        (HEADER.encode() + b'\n"anngause,ann@example.com,Ann,Gause\n', "line 2 is not CSV"),
        (HEADER.encode() + b"\n" + b"a" * 1001 + b",b,c,d\n", "line 2 has a field of more than 1,000 characters"),
        (b"\n\nsep=;\n" + HEADER.encode() + b"\n" + b"a" * 1001 + b",b,c,d\n", "line 5 has a field"),
        (HEADER.encode() + b"\na,b,c,d" * 500 + b"\na,b,\0c,d\n", "line 502 has a NUL character"),
        (HEADER.encode() + b"\n" + b"a" * 200_000 + b",b,c,d\n", "line 2 is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(desk: Desk, file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)

    refused = desk.refuses("accounts", "import", str(file))

    assert words in refused
    assert refused.endswith("Nothing was imported.")
    assert "\x1b" not in refused
    assert rows(desk.database, Account) == []


def test_what_is_no_file_or_too_much_is_refused_before_it_is_read(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No such file" in desk.refuses("accounts", "import", str(file))
    assert "it is a directory" in desk.refuses("accounts", "import", str(file.parent))
    assert "it is not a file" in desk.refuses("accounts", "import", "/dev/zero")

    file.write_text(HEADER + "\na,b,c,d" * 3, "utf-8")
    monkeypatch.setattr(csv_reader, "MOST_ROWS", 2)
    assert "it has more than 2 rows" in desk.refuses("accounts", "import", str(file))
    monkeypatch.setattr(csv_reader, "LARGEST_FILE", 20)
    assert "the limit is 20" in desk.refuses("accounts", "import", str(file))
    assert rows(desk.database, Account) == []
