"""One place holds the version, and everything that names it agrees."""

import re
from datetime import date

from click.testing import CliRunner

from cers_app import __version__
from cers_app.__main__ import commands
from tests.support.portal import ROOT

HEADING = re.compile(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$", re.MULTILINE)


def test_who_asks_for_the_version_gets_the_one_that_the_changelog_names_last_with_its_date() -> None:
    version, day = HEADING.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))[0]

    assert version == __version__
    assert date.fromisoformat(day)
    assert CliRunner().invoke(commands, ["--version"]).output == f"CERS Business Portal {version}\n"


def test_the_readme_names_the_version() -> None:
    assert f"Version {__version__}." in (ROOT / "README.md").read_text("utf-8")


def test_the_version_stands_in_one_place_of_the_code() -> None:
    places = [path for path in (ROOT / "cers_app").rglob("*.py") if f'"{__version__}"' in path.read_text("utf-8")]

    assert places == [ROOT / "cers_app" / "__init__.py"]
