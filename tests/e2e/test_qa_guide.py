"""What the guide for QA shows is what runs."""

import subprocess
import sys

from tests.support.portal import ROOT

EXAMPLE = ROOT / "docs/qa_example.py"


def test_the_example_of_the_guide_runs_and_stands_there_as_it_runs() -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, timeout=120, check=False)

    assert (done.returncode, done.stdout) == (0, "The password was changed.\n"), done.stderr
    body = EXAMPLE.read_text("utf-8").partition("\nwith ")[2].strip()
    assert body in (ROOT / "docs/qa.md").read_text("utf-8")
