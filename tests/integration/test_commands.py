"""The command line, as an operator types it."""

import os
import pwd
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from cers_app.accounts.store import find
from cers_app.serving import claims
from cers_app.storage.database import Database
from tests.support import commands
from tests.support.inbox import Inbox
from tests.support.portal import ROOT, SECRET_KEY
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_SECONDS

PASSWORD = "a long and quiet password"
ANN = ("--username", "anngause", "--email", "anngause@example.com", "--first-name", "Ann", "--last-name", "Gause")
PRODUCTION = {
    "CERS_MODE": "production",
    "CERS_SECRET_KEY": SECRET_KEY,
    "CERS_PUBLIC_URL": "https://portal.example.com",
    "CERS_SMTP_HOST": "mail.example.com",
    "CERS_TRUSTED_HOPS": "1",
}


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell whose portal has a database of its own."""

    url: str
    port: int

    def run(self, *command: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return commands.run(*command, env=self._env(settings), typed=typed)

    def run_into(
        self, stdout: int, *command: str, typed: str = "", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in a new interpreter, which opens its standard output itself."""
        return subprocess.run(
            [sys.executable, "-m", "cers_app", *command],
            cwd=ROOT,
            env=self._env(settings),
            input=typed,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def _env(self, settings: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CERS_")}
        return {**kept, "CERS_MODE": "test", "CERS_DATABASE_URL": self.url, "CERS_PORT": str(self.port), **settings}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(f"sqlite:///{tmp_path / 'commands.db'}", free_port())


def test_an_operator_creates_an_account_once(shell: Shell) -> None:
    assert shell.run("db", "upgrade").returncode == 0

    first = shell.run("accounts", "create", *ANN, typed=PASSWORD + "\n")
    again = shell.run("accounts", "create", *ANN, typed=PASSWORD + "\n")

    assert (first.returncode, first.stdout) == (0, "Created the account anngause.\n")
    assert again.returncode == 1
    assert "already belongs to an account" in again.stderr
    database = Database(shell.url)
    with database.reading() as session:
        account = find(session, "anngause@example.com")
    database.close()
    assert account is not None
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in first.stdout + first.stderr


def test_a_weak_password_creates_nothing(shell: Shell) -> None:
    shell.run("db", "upgrade")

    refused = shell.run("accounts", "create", *ANN, typed="short\n")

    assert refused.returncode == 1
    assert "Password must be 15 characters or more." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_password_on_the_operators_list_creates_nothing_and_a_missing_list_refuses_the_start(
    shell: Shell, tmp_path: Path
) -> None:
    shell.run("db", "upgrade")
    file = tmp_path / "passwords.txt"
    refused = shell.run("serve", CERS_PASSWORD_BLOCKLIST=str(file))
    assert (refused.returncode, refused.stderr) == (
        2,
        "CERS_PASSWORD_BLOCKLIST: the file cannot be read (No such file or directory)\n",
    )

    file.write_text(PASSWORD.upper() + "\n", "utf-8")
    refused = shell.run("accounts", "create", *ANN, typed=f"{PASSWORD}\n", CERS_PASSWORD_BLOCKLIST=str(file))
    assert "This password appears in a list of leaked passwords." in refused.stderr
    assert shell.run("accounts", "create", *ANN, typed=f"{PASSWORD}\n").returncode == 0


def test_a_wrong_setting_is_told_in_one_line(shell: Shell) -> None:
    for settings, words in (
        ({"CERS_PORT": "many"}, "CERS_PORT"),
        ({"CERS_PROT": "3000"}, "unknown setting CERS_PROT"),
        ({"CERS_MODE": "production"}, "CERS_SECRET_KEY is missing"),
        ({"CERS_BIND": "0.0.0.0"}, "CERS_BIND must be a loopback address"),  # noqa: S104 - refused
    ):
        refused = shell.run("db", "upgrade", **settings)
        assert refused.returncode == 2
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_taken_port_is_a_clear_error(shell: Shell) -> None:
    shell.run("db", "upgrade")
    with socket.create_server(("127.0.0.1", shell.port)):
        refused = shell.run("serve")

    assert refused.returncode == 1
    assert f"Port {shell.port} is taken." in refused.stderr


def test_a_portal_whose_database_is_behind_does_not_start(shell: Shell) -> None:
    refused = shell.run("serve")

    assert refused.returncode == 1
    assert "python -m cers_app db upgrade" in refused.stderr


def test_production_gets_no_demo_accounts(shell: Shell) -> None:
    refused = shell.run("serve", "--demo", **PRODUCTION)

    assert refused.returncode == 1
    assert "Production has no demo accounts." in refused.stderr


def test_production_gets_no_hot_reload(shell: Shell) -> None:
    refused = shell.run("serve", "--reload", **PRODUCTION)

    assert refused.returncode == 1
    assert "Hot reload shows its errors to every visitor." in refused.stderr


def test_production_serves_only_pages_that_were_built_before(shell: Shell) -> None:
    shell.run("db", "upgrade", **PRODUCTION)
    refused = shell.run("serve", **PRODUCTION, CERS_PORTAL_LABEL="Never built")

    assert refused.returncode == 1
    assert refused.stderr == (
        "Error: The pages are not built for these sources and settings. Run: python -m cers_app build\n"
    )
    assert "will be ready" not in refused.stdout


def test_the_doctor_looks_at_everything_even_with_settings_that_are_refused(shell: Shell) -> None:
    shell.run("db", "upgrade")
    with Inbox.open() as inbox:
        mail = {"CERS_SMTP_HOST": "127.0.0.1", "CERS_SMTP_PORT": str(inbox.port), "CERS_SMTP_SECURITY": "plain"}
        well = shell.run("doctor", **mail)
        ill = shell.run("doctor", **mail, CERS_MODE="production")

    assert "wrong" not in well.stdout
    assert (well.returncode, well.stderr) == (0, "")
    assert (ill.returncode, ill.stderr) == (1, "")
    assert "CERS_SECRET_KEY is missing" in ill.stdout
    assert "ok     The database and its migrations\n" in ill.stdout


def test_an_import_does_not_need_anyone_to_read_its_words(shell: Shell, tmp_path: Path) -> None:
    shell.run("db", "upgrade")
    file = tmp_path / "people.csv"
    people = [f"person{number},person{number}@example.com,Ann,Gause" for number in range(3_000)]
    file.write_text("\n".join(["username,email,first_name,last_name", *people]), "utf-8")
    reading, writing = os.pipe()
    os.close(reading)

    shell.run_into(writing, "accounts", "import", str(file))
    os.close(writing)

    assert "Username:       person2999" in shell.run("accounts", "show", "person2999").stdout


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_cannot_be_written_is_told_and_the_change_stays(shell: Shell, unbuffered: str) -> None:
    shell.run("db", "upgrade")
    with Path("/dev/full").open("w", encoding="ascii") as full:
        create = ("accounts", "create", *ANN)
        ended = shell.run_into(full.fileno(), *create, typed=PASSWORD + "\n", PYTHONUNBUFFERED=unbuffered)

    advice = "The command may have made its change. Check before you run it again."
    assert ended.stderr == f"The output could not be written (No space left on device). {advice}\n"
    assert ended.returncode == 1
    assert shell.run("accounts", "show", "anngause").returncode == 0


def test_mail_that_cannot_leave_is_told(shell: Shell) -> None:
    shell.run("db", "upgrade")
    shell.run("accounts", "create", *ANN, typed=PASSWORD + "\n")
    shell.run("support", "send-link", "anngause")
    nobody = {"CERS_SMTP_HOST": "127.0.0.1", "CERS_SMTP_PORT": str(free_port()), "CERS_SMTP_SECURITY": "plain"}

    ended = shell.run("mail", "work", "--once", **nobody)

    assert ended.returncode == 1
    assert "Error: Mails cannot leave: ConnectionRefusedError. They wait." in ended.stderr


def test_a_caller_is_sent_a_link_and_the_row_names_the_user_who_typed_it(shell: Shell) -> None:
    missing = shell.run("accounts", "show", "anngause")
    shell.run("db", "upgrade")
    shell.run("accounts", "create", *ANN, typed=PASSWORD + "\n")
    sent = shell.run("support", "send-link", "anngause", USER="somebody else", LOGNAME="somebody else")
    shown = shell.run("accounts", "show", "anngause")

    assert (missing.returncode, missing.stdout) == (1, "")
    assert "Traceback" not in missing.stderr
    assert sent.stdout.startswith("An email will be sent to an****se@example.com. Its reference is ")
    assert f"Reset link requested (support), by cli:{pwd.getpwuid(os.getuid()).pw_name}" in shown.stdout
    assert "somebody" not in shown.stdout


def test_a_free_port_is_told_from_a_taken_one() -> None:
    port = free_port()

    claims.check_port("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(click.ClickException, match="is taken"):
        claims.check_port("127.0.0.1", port)


def test_mail_that_waits_is_sent_by_the_worker_of_the_command_line(shell: Shell) -> None:
    shell.run("db", "upgrade")

    assert shell.run("mail", "work", "--once").returncode == 0
