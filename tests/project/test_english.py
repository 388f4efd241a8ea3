"""The documents and the docstrings are plain American English: they avoid the words of a careful translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.test_documents import DOCUMENTS
from tests.support.portal import ROOT

AVOIDED = re.compile(
    r"\b(?:whoever|whom|anew|at once|go(?:es)? on|of ours|stands? (?:in|there)|(?:is|are) told|so long|so many"
    r"|a minute an address)\b|\btoo(?= ?[.;:!?|])"
    r"|\b\w*(?:behaviour|colour|labelled|licence|neighbour|normalis|organis|recognis)\w*",
    re.IGNORECASE,
)
CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", re.DOTALL)
"""What a document quotes, and where its links lead: names, not words."""
ROOMS = sorted(
    path for path in (ROOT / "cers_app").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
)


def avoided_in(text: str) -> list[str]:
    """The words to avoid, with code left out."""
    return AVOIDED.findall(" ".join(CODE.sub(" ", text).split()))


def docstrings(source: str) -> Iterator[str]:
    """Every docstring of a file, those under a constant or a field as well."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(words))):
                yield words


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Whoever asks is told so.", ["Whoever", "is told"]),
        ("The words stand in the page, the title too.", ["stand in", "too"]),
        ("It draws a picture\nanew, at once.", ["anew", "at once"]),
        ("Its colour was normalised.", ["colour", "normalised"]),
        ("Nobody waits so\nlong for it.", ["so long"]),
        ("Run `whom` and wait, or it is too late. It lasts as long as you like.", []),
    ],
)
def test_the_words_to_avoid_are_found(sentence: str, found: list[str]) -> None:
    assert avoided_in(sentence) == found


def test_every_kind_of_docstring_is_read() -> None:
    source = '"""A."""\nB = 1\n"""B."""\nclass C:\n    """C."""\n    d: int\n    """D."""\n    def e(self): """E."""\n'

    assert sorted(docstrings(source)) == ["A.", "B.", "C.", "D.", "E."]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_reads_as_a_colleague_talks(document: Path) -> None:
    assert avoided_in(document.read_text("utf-8")) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_the_docstrings_of_a_room_read_as_a_colleague_talks(room: Path) -> None:
    files = [room] if room.is_file() else sorted(room.rglob("*.py"))
    found = [(path.name, avoided_in(words)) for path in files for words in docstrings(path.read_text("utf-8"))]

    assert found
    assert [(name, words) for name, words in found if words] == []
