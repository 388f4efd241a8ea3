"""`make audit`: known vulnerabilities of what is locked. Silence of an advisory service counts as a failure."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from packaging.requirements import Requirement

from tests.support.portal import ROOT

BIN = ROOT / ".venv/bin"
SECONDS = 300
LONGEST_WORDS = 160
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 2
"""Exit codes: nothing known, something known, nothing can be said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit of one lock file found, as one line and as an exit code."""

    code: int
    words: str


Judge = Callable[[int, str, str], Verdict]


def of_python(wanted: int, output: str, errors: str) -> Verdict:
    """What pip-audit's JSON says about `wanted` requirements."""
    found = _read(output).get("dependencies", [])
    audited = [package for package in found if "vulns" in package]
    if not wanted or len(audited) < wanted:
        return _unknown("requirements.txt", len(audited), wanted, errors)
    bad = [f"{package['name']} {package['version']}" for package in audited if package["vulns"]]
    return _known("requirements.txt", len(audited), bad)


def of_front_end(wanted: int, output: str, errors: str) -> Verdict:
    """What npm's JSON says about `wanted` packages; the tool itself succeeds with none."""
    report = _read(output)
    audited = report.get("metadata", {}).get("dependencies", {}).get("total", 0)
    if not wanted or audited < wanted or "vulnerabilities" not in report:
        return _unknown("reflex.lock", audited, wanted, report.get("message") or errors)
    return _known("reflex.lock", audited, sorted(report["vulnerabilities"]))


def _read(output: str) -> dict[str, Any]:
    try:
        report = json.loads(output)
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _unknown(what: str, audited: int, wanted: int, errors: str) -> Verdict:
    lines = [line for line in errors.splitlines() if line.strip()] or ["no answer"]
    # An address would say where this machine looks for packages, and that is nobody else's matter.
    why = re.sub(r"\S+://\S+", "the service", lines[-1])[:LONGEST_WORDS]
    return Verdict(UNKNOWN, f"{what}: NOT AUDITED, {audited} of {wanted} packages answered for: {why}")


def _known(what: str, audited: int, bad: list[str]) -> Verdict:
    if bad:
        return Verdict(VULNERABLE, f"{what}: VULNERABLE, {len(bad)} of {audited} packages: {', '.join(bad)}")
    return Verdict(CLEAN, f"{what}: {audited} packages audited, no known vulnerability")


def wanted_of_python() -> int:
    """How many of the locked requirements are for this platform; pip-audit leaves out the others."""
    lines = re.findall(r"^\w[^\\\n]*==[^\\\n]*", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    asked = [Requirement(line.strip()) for line in lines]
    return sum(1 for one in asked if one.marker is None or one.marker.evaluate())


def wanted_of_front_end() -> int:
    """How many packages the front end locks."""
    packages = json.loads((ROOT / "reflex.lock/package-lock.json").read_text("utf-8"))["packages"]
    return sum(1 for name in packages if name)


def audit(python: list[str], node: list[str]) -> list[Verdict]:
    """Run both tools, which are given as command lines."""
    asked: list[tuple[Judge, int, list[str], str]] = [
        (of_python, wanted_of_python(), python, "."),
        (of_front_end, wanted_of_front_end(), node, "reflex.lock"),
    ]
    verdicts = []
    for judge, wanted, command, folder in asked:
        try:
            done = subprocess.run(
                command, cwd=ROOT / folder, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            verdicts.append(judge(wanted, done.stdout, done.stderr))
        except (OSError, subprocess.TimeoutExpired) as broken:
            verdicts.append(judge(wanted, "", type(broken).__name__))
    return verdicts


def python_command() -> list[str]:
    """pip-audit on the lock file: nothing is installed, and nothing is left out in silence."""
    options = ["--strict", "--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json"]
    return [str(BIN / "pip-audit"), *options, "--requirement=requirements.txt"]


def node_command() -> list[str]:
    """npm on its lock file; exits with 0 when it found nothing, for whatever reason."""
    return [str(BIN / "npm"), "audit", "--package-lock-only", "--json"]


def main() -> int:
    """Print a line for each lock file; the worst of both is the exit code."""
    verdicts = audit(python_command(), node_command())
    for verdict in verdicts:
        sys.stdout.write(f"{verdict.words}\n")
    return max(verdict.code for verdict in verdicts)


if __name__ == "__main__":
    sys.exit(main())
