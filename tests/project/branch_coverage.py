"""After a coverage run: every branch of the flows and the pure modules was taken, or it ends with 1."""

import io
import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

MODULES = (
    "sign_in/flow", "recover_username/flow", "reset_password/flow", "reset_password/outcomes", "reset_password/links",
    "not_me/flow", "support/case", "support/sentences", "your_account/flow", "your_account/outcomes",
    "mail_request/flow", "mail_request/outcomes", "new_password/policy", "new_password/common", "new_password/judge",
    "new_password/outcomes", "values/cancellation", "values/answers", "values/dates", "values/devices",
    "values/digests", "values/env_file", "values/forms", "values/hosts", "values/identifiers", "values/invisible",
    "values/limits", "values/mailboxes", "values/masking", "values/misspelt", "values/networks", "values/next_path",
    "values/passwords", "values/reference", "values/visitor", "mail/meanings", "mail/delivery_report",
)  # fmt: skip


def gaps() -> list[str]:
    """The modules of which something was not run, and what."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = Coverage()
        coverage.load()
        if not coverage.get_data().measured_files():
            return ["nothing was measured: run `make coverage`"]
        stdout, sys.stdout = sys.stdout, io.StringIO()
        try:
            coverage.json_report(outfile=str(report), ignore_errors=False)
        finally:
            sys.stdout = stdout
        files = json.loads(report.read_text("utf-8"))["files"]
    found = []
    for module in MODULES:
        facts = files.get(f"cers_app/{module}.py")
        if facts is None:
            found.append(f"cers_app/{module}.py: was not run at all")
        elif facts["missing_lines"] or facts["missing_branches"]:
            found.append(f"cers_app/{module}.py: lines {facts['missing_lines']}, branches {facts['missing_branches']}")
    return found


if __name__ == "__main__":
    problems = gaps()
    sys.stdout.write("\n".join(problems or ["every branch of the flows and the pure modules was taken"]) + "\n")
    sys.exit(1 if problems else 0)
