"""The help page's examples are the portal's own mails: they change when a template does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.portal import ROOT

READ = "from cers_app.help.pages import help_page; print(help_page().render())"
OLD, NEW = "you requested a reminder email", "you asked for a reminder email"


def rendered(root: Path) -> str:
    """The help page as the framework would write it, from the sources in `root`."""
    env = {**os.environ, "CERS_MODE": "test"}
    return subprocess.run(
        [sys.executable, "-c", READ], cwd=root, env=env, capture_output=True, text=True, check=True
    ).stdout


def test_a_changed_template_changes_the_example(tmp_path: Path) -> None:
    kept_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "cers_app", tmp_path / "cers_app", ignore=kept_out)
    shutil.copytree(ROOT / "assets", tmp_path / "assets")
    shutil.copy(ROOT / "rxconfig.py", tmp_path)
    before = rendered(tmp_path)
    assert OLD in before
    assert NEW not in before

    template = tmp_path / "cers_app/mail/templates/username_reminder.txt"
    template.write_text(template.read_text("utf-8").replace(OLD, NEW), "utf-8")

    after = rendered(tmp_path)
    assert NEW in after
    assert OLD not in after
