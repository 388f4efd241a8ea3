"""An audit that audited nothing fails, and the list of parts is whole."""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from tests.project import audit, sbom
from tests.project.audit import CLEAN, UNKNOWN, VULNERABLE, of_front_end, of_python

FINE = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
SKIPPED = {"name": "c", "skip_reason": "could not be audited"}


def npm(total: int, *bad: str) -> str:
    """A report as npm writes it."""
    return json.dumps({"vulnerabilities": {name: {} for name in bad}, "metadata": {"dependencies": {"total": total}}})


@pytest.mark.parametrize(
    ("wanted", "packages", "code"),
    [
        (2, [FINE, FINE], CLEAN),
        (2, [FINE, BAD], VULNERABLE),
        (2, [FINE, SKIPPED], UNKNOWN),
        (2, [FINE], UNKNOWN),
        (2, [], UNKNOWN),
        (0, [], UNKNOWN),
    ],
)
def test_python_packages_are_clean_only_when_each_was_answered_for(
    wanted: int, packages: list[object], code: int
) -> None:
    assert of_python(wanted, json.dumps({"dependencies": packages}), "").code == code


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (npm(2), CLEAN),
        (npm(2, "vite"), VULNERABLE),
        (npm(1), UNKNOWN),
        (npm(0), UNKNOWN),
        ('{"metadata": {"dependencies": {"total": 2}}}', UNKNOWN),
        ('{"message": "request to https://somewhere.example/x failed"}', UNKNOWN),
        ("", UNKNOWN),
        ("[]", UNKNOWN),
    ],
)
def test_the_front_end_is_clean_only_when_each_package_was_answered_for(output: str, code: int) -> None:
    assert of_front_end(2, output, "").code == code
    assert of_front_end(0, output, "").code == UNKNOWN


@pytest.mark.parametrize("command", [["/nowhere/at/all"], [sys.executable, "-c", "print('{}')"]])
def test_a_tool_that_is_missing_or_silent_is_said_so_in_one_line(command: list[str]) -> None:
    verdicts = audit.audit(command, command)

    assert [verdict.code for verdict in verdicts] == [UNKNOWN, UNKNOWN]
    assert [verdict.words.partition(",")[0] for verdict in verdicts] == [
        "requirements.txt: NOT AUDITED",
        "reflex.lock: NOT AUDITED",
    ]
    assert all("\n" not in verdict.words for verdict in verdicts)


class Advisories(BaseHTTPRequestHandler):
    """An advisory service that knows of one bad package of each kind, or of none."""

    bad: ClassVar[bool]

    def do_POST(self) -> None:
        """Answer in OSV's and in npm's way."""
        asked = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/osv"):
            vuln = {
                "id": "OSV-1",
                "modified": "2026-01-01T00:00:00Z",
                "affected": [],
                "details": "bad",
                "summary": "bad",
            }
            answer: object = {"vulns": [vuln]} if self.bad and b'"jinja2"' in asked else {}
        else:
            found = {"id": 1, "severity": "high", "title": "bad", "vulnerable_versions": "*", "url": "", "name": "vite"}
            answer = {"vite": [found]} if self.bad else {}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """npm would like to know which releases depend on a bad one; it can do without."""
        self.send_error(404)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("bad", [False, True])
def test_both_tools_answer_for_every_package_when_their_service_does(*, bad: bool) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Some", (Advisories,), {"bad": bad})) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        where = f"http://127.0.0.1:{server.server_port}"
        verdicts = audit.audit(
            [*audit.python_command(), "--vulnerability-service=osv", f"--osv-url={where}/osv"],
            [*audit.node_command(), f"--registry={where}/"],
        )
        server.shutdown()

    assert [verdict.code for verdict in verdicts] == [VULNERABLE if bad else CLEAN] * 2, verdicts
    if bad:
        assert "jinja2" in verdicts[0].words
        assert "vite" in verdicts[1].words


def test_a_verdict_says_why_without_an_address() -> None:
    words = of_python(3, "", "WARN x\nERROR: no answer from https://somewhere.example/simple/a for a\n\n").words

    assert (
        words == "requirements.txt: NOT AUDITED, 0 of 3 packages answered for: ERROR: no answer from the service for a"
    )


def test_the_whole_lock_is_audited_strictly() -> None:
    assert {"--strict", "--require-hashes"} <= set(audit.python_command())
    assert "--package-lock-only" in audit.node_command()
    assert audit.wanted_of_python() > 50
    assert audit.wanted_of_front_end() > 100


def test_the_list_of_parts_names_every_package_with_its_hashes(tmp_path: Path) -> None:
    for path, kind, wanted in zip(
        sbom.write(tmp_path / "sbom"), ("pypi", "npm"), (audit.wanted_of_python(), 100), strict=True
    ):
        bom = json.loads(path.read_text("utf-8"))
        parts = bom["components"]

        assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
        assert len(parts) >= wanted
        assert [part["name"] for part in parts if not re.match(rf"pkg:{kind}/.+@\d", part["purl"])] == []
        assert [part["name"] for part in parts if not part.get("hashes")] == []
    names = {part["purl"].partition("@1")[0] for part in parts}
    assert "pkg:npm/%40react-router/node@8" in {name[: len("pkg:npm/%40react-router/node@8")] for name in names}


def test_a_part_has_the_hash_of_its_lock() -> None:
    (python,) = sbom.python_parts(f"a.b[c]==1.2 ; x == '1' \\\n    --hash=sha256:{'0a' * 32} \\\n    # via z\n")
    (node,) = sbom.front_end_parts(
        '{"packages": {"": {}, "x/node_modules/@s/n": {"version": "3.1", "integrity": "sha512-AAE="}}}'
    )

    assert (str(python.purl), [hashed.content for hashed in python.hashes]) == ("pkg:pypi/a.b@1.2", ["0a" * 32])
    assert (str(node.purl), [hashed.content for hashed in node.hashes]) == ("pkg:npm/%40s/n@3.1", ["0001"])
