"""The claim on a database: one at a time, free when its holder ends, and never through a link."""

import os
from pathlib import Path

import click
import pytest

from cers_app.serving import claims
from cers_app.settings import Mode, Settings


def config(folder: Path) -> Settings:
    return Settings(mode=Mode.TEST, _env_file=None, port=4321, database_url=f"sqlite:///{folder / 'portal.db'}")


def test_a_second_claim_is_told_who_has_it_until_the_first_ends(tmp_path: Path) -> None:
    first = claims.claim_database(config(tmp_path))
    with pytest.raises(click.ClickException, match=f"process {os.getpid()}, port 4321"):
        claims.claim_database(config(tmp_path))
    os.close(first)

    os.close(claims.claim_database(config(tmp_path)))


def test_a_link_in_the_place_of_the_lock_leads_to_no_other_file(tmp_path: Path) -> None:
    other = tmp_path / "somebody's file"
    other.write_text("kept", "utf-8")
    (tmp_path / "portal.db.lock").symlink_to(other)

    with pytest.raises(click.ClickException, match="symbolic links"):
        claims.claim_database(config(tmp_path))

    assert other.read_text("utf-8") == "kept"


def test_two_names_of_one_file_are_one_database(tmp_path: Path) -> None:
    (tmp_path / "portal.db").touch()
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "portal.db").symlink_to(tmp_path / "portal.db")
    first = claims.claim_database(config(tmp_path))

    with pytest.raises(click.ClickException, match="Another portal"):
        claims.claim_database(config(tmp_path / "names"))
    os.close(first)
