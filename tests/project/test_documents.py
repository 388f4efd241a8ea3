"""The documents say what is there."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cers_app.settings import DEVELOPMENT_KEY, Settings
from tests.portal import ROOT
from tests.project.test_structure import tracked_texts

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROW = re.compile(r"^\| `(CERS_[A-Z_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)
PATH = re.compile(r"`((?:cers_app|tests|docs|alembic|assets|\.ci)/[\w./-]+)`")
FILE = re.compile(r"`([\w.-]+\.(?:py|md|toml|ini|in|txt|yaml|css|png|svg)|Makefile|\.env\.example)`")
"""A file named without its folder: some file of the repository must have that name."""
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")


def shown(value: Any) -> str:
    """A default as the table shows it."""
    if isinstance(value, SecretStr):
        value = "development key" if value.get_secret_value() == DEVELOPMENT_KEY else value.get_secret_value()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value != "" else "none"


def written(value: Any) -> str:
    """A default as a settings file shows it; a secret has none."""
    if isinstance(value, SecretStr):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_readme_lists_every_setting_as_it_is() -> None:
    wanted = [
        (f"CERS_{name.upper()}", shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]

    assert len(wanted) > 30
    assert ROW.findall((ROOT / "README.md").read_text("utf-8")) == wanted


def test_the_example_of_a_settings_file_names_every_setting_with_its_default_and_sets_none() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()

    named = [line.removeprefix("# ") for line in lines if re.match(r"# CERS_\w+=", line)]
    assert named == [f"CERS_{name.upper()}={written(field.default)}" for name, field in Settings.model_fields.items()]
    assert not [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document: Path) -> None:
    text = document.read_text("utf-8")

    assert [link for link in LINK.findall(text) if not (document.parent / link.strip()).exists()] == []
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []
    names = {path.name for path in tracked_texts()}
    assert [name for name in FILE.findall(text) if name not in names] == []


def test_there_are_documents() -> None:
    names = {path.name for path in DOCUMENTS}

    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= names
    assert PATH.findall("see `cers_app/nowhere.py`") == ["cers_app/nowhere.py"]
