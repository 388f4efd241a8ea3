"""The development mailbox."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from cers_app.development import mail_previews, mailbox
from cers_app.mail.letters import Message, Sender, compose
from cers_app.mail.mailer import MailboxFolder
from cers_app.settings import Mode, Settings
from tests.support.asgi import call

NAME = "0123456789abcdef0123456789abcdef"
LINK = "http://localhost:3000/r/" + "x" * 43


def write(folder: Path, name: str, subject: str, reference: str = "") -> None:
    """Put a mail into a folder as the portal does."""
    body = f"See\n{LINK}\n", f"<p>{LINK}</p>"
    message = Message("ann@example.com", subject, *body, f"<{name}@x>", "en", reference=reference)
    with MailboxFolder(folder).connect() as delivery:
        delivery.send(compose(message, Sender("cers@example.com", "help@example.com"), datetime.now(UTC)))


def test_a_mail_is_shown_with_its_text_its_html_and_its_source(tmp_path: Path) -> None:
    write(tmp_path, NAME, "A subject")

    shown = mailbox.read_one(tmp_path, NAME)

    assert shown is not None
    assert (shown.to, shown.subject) == ("ann@example.com", "A subject")
    assert LINK in shown.text
    assert shown.html.strip() == f"<p>{LINK}</p>"
    assert "Auto-Submitted: auto-generated" in shown.source


def test_a_second_try_of_the_same_mail_is_one_mail(tmp_path: Path) -> None:
    write(tmp_path, NAME, "First try")
    write(tmp_path, NAME, "Second try")

    assert [mail.subject for mail in mailbox.read_all(tmp_path)] == ["Second try"]


def test_a_mail_leads_to_the_page_of_its_request_and_one_without_a_request_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Settings(mode=Mode.TEST, _env_file=None)
    monkeypatch.setattr(mailbox, "settings", lambda: config)
    monkeypatch.setattr(Settings, "mailbox", tmp_path)
    write(tmp_path, NAME, "Asked", reference="K7QDM4XW")
    write(tmp_path, NAME[::-1], "Not asked")

    page = shown_at(Starlette(routes=mailbox.ROUTES), "/dev/mailbox/")[2]

    assert re.findall(r'href="(/dev/requests/[^"]*)"', page) == ["/dev/requests/K7QD-M4XW/"]


def test_no_other_file_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")

    for name in ("secret", "../secret", "", NAME):
        assert mailbox.read_one(tmp_path, name) is None


def shown_at(app: ASGIApp, address: str) -> tuple[int, dict[bytes, bytes], str]:
    """The status, the headers and the text at an address."""
    begin, *parts = call(app, path=address)
    return begin["status"], dict(begin["headers"]), b"".join(part["body"] for part in parts).decode()


def test_every_preview_is_shown_in_a_frame_that_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Settings(mode=Mode.TEST, _env_file=None)
    monkeypatch.setattr(mailbox, "settings", lambda: config)
    app = Starlette(routes=mailbox.ROUTES)

    frames = re.findall(r'<iframe src="([^"]+)"', shown_at(app, "/dev/mailbox/previews/")[2])

    assert len(frames) == len(mail_previews.all_of(config))
    for address in frames:
        status, headers, text = shown_at(app, address)
        assert (status, headers[b"content-security-policy"].decode()) == (200, mailbox.SANDBOX)
        assert text.startswith("<!doctype html>")
    assert shown_at(app, "/dev/mailbox/previews/none/html")[0] == 404
