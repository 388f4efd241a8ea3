"""Lighthouse's scores of the three forms, as a phone sees them; the median of five runs each."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from cers_app.settings import LOCAL
from cers_app.values import addresses
from tests.bench.report import Report
from tests.support.portal import Portal

VERSION = "13.5.0"
PATHS = (addresses.SIGN_IN, addresses.RECOVER_USERNAME, addresses.RESET_PASSWORD)
LEAST = {"performance": 99, "accessibility": 100, "best-practices": 100}
TIMES, ATTEMPTS = 5, 3


def scores(report: Report, portal: Portal, scale: float) -> None:
    """Every page, every category."""
    tool, times = _installed(), max(1, round(TIMES * scale))
    report.title(f"Lighthouse {VERSION}, mobile, median of {times}")
    for path in PATHS:
        runs = [_measured(report, tool, portal.url + path) for _ in range(times)]
        for category, least in LEAST.items():
            found = [run["categories"][category]["score"] * 100 for run in runs]
            spread = f"{median(found):.0f} ({min(found):.0f} to {max(found):.0f})"
            report.figure(f"{path} {category}", spread, met=median(found) >= least, goal=f"at least {least}")
            for failed in _failed(runs[0], category) if median(found) < least else ():
                report.say(f"    {failed}")


def _failed(run: dict[str, Any], category: str) -> list[str]:
    wanted = {each["id"] for each in run["categories"][category]["auditRefs"] if each["weight"]}
    audits = [audit for name, audit in run["audits"].items() if name in wanted]
    return [f"{audit['title']}: {audit.get('displayValue', '')}" for audit in audits if (audit["score"] or 0) < 0.9]


def _installed() -> Path:
    """The tool, in a folder of its own: nothing else of the project needs it."""
    folder = LOCAL / "lighthouse" / VERSION
    tool = folder / "node_modules/lighthouse/cli/index.js"
    if not tool.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-save", "--no-package-lock", "--no-fund", "--no-audit", "--silent"]
        subprocess.run([*command, "--prefix", str(folder), f"lighthouse@{VERSION}"], check=True, timeout=600)
    return tool


def _measured(report: Report, tool: Path, url: str) -> dict[str, Any]:
    """A run. Chromium now and then gives the tool no trace, and there is no score: then once more."""
    for _ in range(ATTEMPTS - 1):
        try:
            return _run(tool, url)
        except subprocess.CalledProcessError as failed:
            report.say(f"    run again: {failed.stderr.strip().splitlines()[0][:150]}")
    return _run(tool, url)


def _run(tool: Path, url: str) -> dict[str, Any]:
    flags = "--headless=new --disable-gpu" + (" --no-sandbox" if os.geteuid() == 0 else "")
    more = [f"--chrome-flags={flags}", f"--only-categories={','.join(LEAST)}"]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    done = subprocess.run(
        ["node", str(tool), url, "--output=json", "--output-path=stdout", "--quiet", *more],
        env={**os.environ, **({"CHROME_PATH": chromium} if chromium else {})},
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
