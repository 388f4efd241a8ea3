"""What hot reload says about broken sources: where, and what is wrong, in plain words."""

import json
from pathlib import Path

import pytest

from cers_app.hot_reload import broken

FILE = "cers_app/words/sign_in.py"


def raised(root: Path, code: str, file: str = FILE) -> Exception:
    """The error of a file of the sources."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, "utf-8")
    with pytest.raises(Exception, match=r".") as caught:
        exec(compile(code, str(path), "exec"), {"json": json})  # noqa: S102 - the code is this test's own
    return caught.value


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("A = (1\n", "line 1: '(' was never closed\n    A = (1"),
        ("A = 1\nB = a\n", "line 2: NameError: name 'a' is not defined\n    B = a"),
        ("A = '{last}'.format(lasts=1)", "line 1: nothing fills in the placeholder {last}\n    A = '{last}'.format("),
        ("A = {}['a']", "line 1: KeyError: 'a'\n    A = {}['a']"),
        ("\n\nfrom cers_app.words import nothing_such", "line 3: ImportError: cannot import name 'nothing_such'"),
        # The line of the sources counts, not the line of a library below it.
        ("A = 1\n\njson.loads('{')", "line 3: json.decoder.JSONDecodeError: "),
    ],
)
def test_an_error_is_told_with_its_file_and_line(tmp_path: Path, code: str, words: str) -> None:
    assert broken.where(raised(tmp_path, code), tmp_path).startswith(f"{FILE}, {words}")


def test_a_library_inside_the_folder_of_the_sources_is_none_of_the_sources(tmp_path: Path) -> None:
    error = raised(tmp_path, "json.loads('{')", ".venv/lib/site-packages/other.py")

    assert "decoder.py, line " in broken.where(error, tmp_path).splitlines()[0]


def test_what_is_told_stays_until_something_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFLEX_WEB_WORKDIR", str(tmp_path))
    told = tmp_path / broken.TOLD
    with broken.telling("It comes back."):
        pass
    assert not told.exists()

    with pytest.raises(ValueError, match="of no use"), broken.telling("It comes back."):
        raise ValueError("of no use")
    assert f"{Path(__file__).name}, line " in told.read_text("utf-8")
    assert told.read_text("utf-8").endswith("\nIt comes back.")

    broken.tell("")
    assert told.read_text("utf-8") == ""
    assert list(tmp_path.iterdir()) == [told]
