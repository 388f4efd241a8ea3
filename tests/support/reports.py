"""Delivery reports as mail servers write them, about a mail of a test's own."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "corpus" / "reports"
SERVERS = sorted(path.stem for path in FOLDER.glob("*.eml"))
MAIL_ID = "0123456789abcdef0123456789abcdef"
"""The id of the mail in every report of the folder, which went to `anngause@example.com`."""


def report(server: str = "postfix", mail_id: str = MAIL_ID, **changes: str) -> bytes:
    """A report by a kind of server. `changes` replaces the value of a field of the recipient, such as `Action`."""
    text = (FOLDER / f"{server}.eml").read_bytes().replace(MAIL_ID.encode(), mail_id.encode())
    for name, value in changes.items():
        before, field, rest = text.partition(f"\n{name.replace('_', '-')}:".encode())
        assert field, name
        text = before + field + b" " + value.encode() + rest[rest.index(b"\n") :]
    return text
