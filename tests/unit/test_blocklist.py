"""An operator's own list of passwords to refuse."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cers_app.commands.wrong_settings import problems
from cers_app.new_password.common import Blocklist
from cers_app.new_password.judge import Judge
from cers_app.new_password.policy import Strong, Weak
from cers_app.settings import LARGEST_LIST, Settings
from tests.support.doubles import DIGEST, Gate

LISTED, HONEST = "Seven swans on the river", "Ferry ticket 17 to the islands"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The list."""
    return tmp_path / "list.txt"


def blocklist(file: Path, content: bytes) -> Blocklist:
    file.write_bytes(content)
    return Blocklist(file)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_password_on_the_list_is_refused_in_any_case_and_spacing(file: Path, mark: bytes, end: bytes) -> None:
    found = blocklist(file, mark + end.join([LISTED.encode(), b"another-one", b"Caf\xc3\xa9 cr\xc3\xa8me"]))

    for password in (LISTED, LISTED.upper(), "SevenSwansOnTheRiver", "seven-swans-on-the-river", "anotherone"):
        assert password in found, password
    assert "CAF\u00c9 cr\u00e8me" in found
    assert HONEST not in found
    assert LISTED + "!" not in found


def test_a_list_with_lines_that_are_no_passwords_refuses_nothing_else(file: Path) -> None:
    found = blocklist(file, b"\n   \n------------\nshort\nb\xfccherwurm\n" + LISTED.encode())

    assert LISTED in found
    assert [each for each in ("", " " * 15, "-" * 15, "short", "b\u00fccherwurm", 7) if each in found] == []
    assert len(found.hashes) == 2


def test_without_a_file_nothing_is_listed() -> None:
    assert LISTED not in Blocklist(None)


def test_a_million_lines_take_8_mb(file: Path) -> None:
    found = blocklist(file, b"".join(b"password number %d\n" % number for number in range(100_000)))

    assert found.hashes.itemsize * len(found.hashes) == 800_000
    assert "Password-Number-99999" in found
    assert "password number 100000" not in found


def test_the_judge_refuses_what_is_listed_and_what_is_bundled(file: Path) -> None:
    judge = Judge(15, presses=Gate(), questions=Gate(), blocklist=blocklist(file, LISTED.encode()))

    assert judge.decide(LISTED, (), DIGEST) is judge.advise(LISTED, (), DIGEST) is Weak.COMMON
    assert judge.decide("1q2w3e4r5t6y7u8i", (), DIGEST) is Weak.COMMON
    assert judge.decide(HONEST, (), DIGEST) == Strong(HONEST)
    assert Judge(15, presses=Gate(), questions=Gate()).decide(LISTED, (), DIGEST) == Strong(LISTED)


def test_a_list_that_is_missing_unreadable_empty_or_too_large_is_refused(file: Path) -> None:
    def refused(path: Path | str) -> list[str]:
        with pytest.raises(ValidationError) as caught:
            Settings(_env_file=None, mode="test", password_blocklist=str(path))
        return problems(caught.value)

    name = "CERS_PASSWORD_BLOCKLIST"
    assert refused(file) == [f"{name}: the file cannot be read (No such file or directory)"]
    assert refused(file.parent) == [f"{name}: must name a regular file"]
    assert refused(file.name) == [f"{name}: must be the absolute path of a file"]
    file.touch()
    assert refused(file) == [f"{name}: the file is empty"]
    with file.open("wb") as large:
        large.truncate(LARGEST_LIST + 1)
    assert refused(file) == [f"{name}: the file has more than 64,000,000 bytes"]

    file.write_text(LISTED, "utf-8")
    assert Settings(_env_file=None, mode="test", password_blocklist=str(file)).password_blocklist == str(file)
