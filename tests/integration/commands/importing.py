"""Writing a file of people, and importing it."""

from pathlib import Path

from click.testing import Result

from tests.integration.commands.conftest import Desk

HEADER = "username,email,first_name,last_name"
FULL = f"{HEADER},status,password_hash"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"


def person(number: int) -> str:
    """The line of a person."""
    return f"person{number},person{number}@example.com,Ann,Gause"


def write(file: Path, *lines: str, header: str = HEADER) -> str:
    """Write the file; its path, as a command takes it."""
    file.write_text("\n".join((header, *lines)) + "\n", "utf-8")
    return str(file)


def imported(desk: Desk, file: str, rejected: Path, *more: str) -> Result:
    """Import a file without its wrong rows, which go to `rejected`."""
    return desk.types("accounts", "import", file, "--rejects", str(rejected), *more)
