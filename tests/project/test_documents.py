"""The documents say what is there."""

import re
from pathlib import Path

import pytest

from cers_app.settings import Settings
from tests.project import settings_table
from tests.project.test_structure import tracked_texts
from tests.support.portal import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PATH = re.compile(r"`((?:cers_app|tests|docs|alembic|assets|\.ci)/[\w./-]+)`")
FILE = re.compile(r"`([\w.-]+\.(?:py|md|toml|ini|in|txt|yaml|css|png|svg)|Makefile|\.env\.example)`")
"""A file named without its folder: some file of the repository must have that name."""
WRITTEN = re.compile(r"`(\w+\.\w+)`:\n\n *```")
"""A file that the reader writes: its text follows its name."""
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")


def test_the_list_of_settings_has_every_setting_as_it_is() -> None:
    for path, text in settings_table.documents():
        assert path.read_text("utf-8") == text
        assert [name for name in Settings.names().values() if name not in text] == []
    assert settings_table.meanings().keys() == Settings.model_fields.keys()


def test_the_readme_has_ten_settings_in_the_words_of_the_list() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines(keepends=True)
    listed = {line for line in lines if line.startswith("| `CERS_")}

    assert len(listed) == 10
    assert listed < set(settings_table.rows())


def test_the_readme_is_read_in_minutes() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


def test_the_example_of_a_settings_file_sets_nothing() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document: Path) -> None:
    text = document.read_text("utf-8")

    assert [link for link in LINK.findall(text) if not (document.parent / link.strip()).exists()] == []
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []
    names = {path.name for path in tracked_texts()} | set(WRITTEN.findall(text))
    assert [name for name in FILE.findall(text) if name not in names] == []


def test_there_are_documents() -> None:
    names = {path.name for path in DOCUMENTS}

    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= names
    assert PATH.findall("see `cers_app/nowhere.py`") == ["cers_app/nowhere.py"]
