"""Each case of the corpus, tried with the commands: in their own process, with the bytes of a terminal and of files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from cers_app.accounts.passwords import Passwords
from cers_app.commands.migrations import upgrade_to_head
from cers_app.composition.world import now
from cers_app.storage.database import Database
from tests.corpus.cases import cases
from tests.corpus.test_in_parts import content
from tests.support.accounts import made
from tests.support.commands import run as run_forked
from tests.support.looking import rows
from tests.support.portal import ROOT, SECRET_KEY

PEOPLE = {case["right"] for case in cases("names")} - {""}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A database of these tests' own, with everybody in the corpus."""
    url = f"sqlite:///{tmp_path_factory.mktemp('corpus') / 'portal.db'}"
    upgrade_to_head(url)
    database = Database(url)
    for number, name in enumerate(sorted(PEOPLE)):
        if "@" in name:
            made(database, now(), f"person{number}", name)
        else:
            made(database, now(), name, f"{name}@corpus.example.com")
    database.close()
    return {"CERS_MODE": "test", "CERS_DATABASE_URL": url, "CERS_SECRET_KEY": SECRET_KEY}


def outside() -> dict[str, str]:
    """The environment without the developer's own settings and language."""
    ours = ("CERS_", "REFLEX_", "LC_", "LANG", "PYTHONIOENCODING")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def run(settings: dict[str, str], *arguments: str, locale: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """One command in a process of its own. However it ends, it ends with words."""
    command = [sys.executable, "-m", "cers_app", *arguments]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**outside(), **settings, **locale},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in ended.stdout + ended.stderr
    return ended


LOCALES = {
    "C": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "Latin-1": {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1"},
    "UTF-8": {"LC_ALL": "C.UTF-8"},
}


def run_in_turn(
    settings: dict[str, str], folder: Path, commands: list[list[bytes]], locale: dict[str, str]
) -> list[tuple[object, str]]:
    """Many commands in one process, each as what is piped to it and its arguments: the exit statuses and the words."""
    file = folder / "commands.json"
    file.write_text(json.dumps([[part.hex() for part in command] for command in commands]), "ascii")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.corpus.in_turn", str(file)],
        cwd=ROOT,
        env={**outside(), **settings, **locale},
        capture_output=True,
        timeout=300,
        check=False,
    )
    results = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(results) == len(commands), ended.stderr
    return results


@pytest.mark.parametrize("locale", LOCALES)
def test_a_piped_password_can_be_typed_or_is_refused(settings: dict[str, str], tmp_path: Path, locale: str) -> None:
    # Bytes that are not UTF-8 mean something in another encoding.
    found = [case for case in cases("piped") if case["right"] or locale == "UTF-8"]
    prefix, commands = f"piped{[*LOCALES].index(locale)}x", []
    for number, case in enumerate(found):
        piped = bytes.fromhex(case["hex"]) if "hex" in case else case["piped"].encode()
        person = f"--username {prefix}{number} --email {prefix}{number}@example.com --first-name Pia --last-name Ped"
        commands.append([piped, *f"accounts create {person}".encode().split()])

    ended = run_in_turn(settings, tmp_path, commands, LOCALES[locale])

    database = Database(settings["CERS_DATABASE_URL"])
    hashes = {account.username: account.password_hash for account in rows(database, Account)}
    database.close()
    for number, (case, (status, told)) in enumerate(zip(found, ended, strict=True)):
        if case["right"]:
            assert status == 0, (case, told)
            assert Passwords().verify(hashes[f"{prefix}{number}"], case["right"]), case
        else:
            assert (status, told[:7], hashes.get(f"{prefix}{number}")) == (1, "Error: ", None), case


def test_a_spreadsheet_comes_in_or_its_fault_is_told(settings: dict[str, str], tmp_path: Path) -> None:
    found, commands = cases("spreadsheets"), []
    for number, case in enumerate(found):
        file = tmp_path / f"{number}.csv"
        file.write_bytes(content(case))
        commands.append([b"", b"accounts", b"import", os.fsencode(file)])

    ended = run_in_turn(settings, tmp_path, commands, LOCALES["UTF-8"])

    database = Database(settings["CERS_DATABASE_URL"])
    usernames = {account.username for account in rows(database, Account)}
    database.close()
    for case, (status, told) in zip(found, ended, strict=True):
        if "refused" in case:
            assert (status, case["refused"] in told) == (1, True), (case, told)
        else:
            assert (status, usernames.issuperset(case["right"])) == (0, True), (case, told)


GARBAGE = (b"", b"\xff\xfe", "李小龍".encode(), b"\x1b[31m", b"-1", b"a" * 5000, b"\xe2\x80\xaex", b"'; --", b"%s%n{0}")
ARGUMENTS = (
    ("accounts", "show", "?"),
    ("accounts", "activate", "?"),
    ("accounts", "enable", "?"),
    ("accounts", "disable", "?"),
    ("accounts", "set-email", "?", "?"),
    ("accounts", "import", "?"),
    ("accounts", "import", "?", "--rejects", "?"),
    ("accounts", "invite", "--most", "?"),
    ("accounts", "create", "--username", "?", "--email", "?", "--first-name", "?", "--last-name", "?"),
    ("support", "send-username", "?"),
    ("support", "send-link", "?"),
    ("mail", "retry", "?"),
    ("trace", "?"),
    ("trace", "K7QD-M4XW", "--log", "?"),
    ("db", "backup", "?"),
    ("db", "restore", "?", "--yes"),
    ("?",),
    ("accounts", "?"),
)


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_no_command_ends_in_a_traceback(settings: dict[str, str], tmp_path: Path, locale: dict[str, str]) -> None:
    commands: list[list[bytes]] = []
    for garbage in GARBAGE:
        for arguments in ARGUMENTS:
            filled = [garbage if argument == "?" else argument.encode() for argument in arguments]
            if arguments[:2] == ("db", "backup"):
                filled[-1] = os.fsencode(tmp_path) + b"/missing/folder/" + garbage[:200]
            commands.append([garbage + b"\n", *filled])
    for command, (status, told) in zip(commands, run_in_turn(settings, tmp_path, commands, locale), strict=True):
        assert (status in {1, 2}, "Traceback" in told) == (True, False), (command, status, told)
        assert told.strip(), command


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_a_name_that_the_terminal_cannot_show_breaks_nothing(settings: dict[str, str], locale: dict[str, str]) -> None:
    name = f"lee{'abc'[[*LOCALES.values()].index(locale)]}0001"
    person = ("--username", name, "--email", f"{name}@example.com", "--last-name", "李")
    env = {**outside(), **settings}
    created = run_forked("accounts", "create", *person, env=env, typed="correct horse battery staple 42\n")
    assert created.returncode == 0, created.stderr

    shown = run(settings, "accounts", "show", name, locale=locale)

    assert shown.returncode == 0, shown.stderr
    assert f"Username:       {name}".encode() in shown.stdout


def test_each_name_on_the_command_line(settings: dict[str, str], tmp_path: Path) -> None:
    names = cases("names")
    commands = [[b"", b"accounts", b"show", b"--", case["typed"].encode()] for case in names]
    wrong = {}
    for case, (status, told) in zip(names, run_in_turn(settings, tmp_path, commands, LOCALES["UTF-8"]), strict=True):
        right = case["right"]
        if (status, f" {right}\n" in told) != (0, True) if right else status != 1:
            wrong[case["typed"]] = told
    assert wrong == {}
