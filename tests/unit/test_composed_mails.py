"""How a mail is built: its headers, its two parts, and what cannot be put into it."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from cers_app.mail.letters import Message, Sender, compose
from cers_app.values.identifiers import is_email
from tests.support.doubles import NOON

SENDER = Sender("cers@example.com", "support@example.com")
MESSAGE = Message(
    to="anngause@example.com",
    subject="[Training] CERS Account Password Reset",
    text="A line.\n\nhttps://portal.example.com/r/token\n",
    html="<!doctype html><p>A line.</p>",
    message_id="<0123456789abcdef@example.com>",
    language="en",
)


def sent(message: Message = MESSAGE, sender: Sender = SENDER) -> bytes:
    """The mail as it goes over the wire."""
    return compose(message, sender, NOON).as_bytes()


def received(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail.defects == []
    return mail


def test_the_headers_are_those_of_an_automatic_mail() -> None:
    mail = received(sent())

    assert {name: str(mail[name]) for name in mail} == {
        "Subject": "[Training] CERS Account Password Reset",
        "From": "CERS Automated Messaging - DO NOT REPLY <cers@example.com>",
        "To": "anngause@example.com",
        "Reply-To": "support@example.com",
        "Date": "Tue, 09 May 2017 19:00:00 +0000",
        "Message-ID": "<0123456789abcdef@example.com>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }


def test_the_sender_stands_on_one_line() -> None:
    assert b"\r\nFrom: CERS Automated Messaging - DO NOT REPLY <cers@example.com>\r\n" in sent()


def test_the_text_comes_before_the_html_and_nothing_is_attached() -> None:
    mail = received(sent())
    parts = list(mail.iter_parts())

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert list(mail.iter_attachments()) == []
    assert [part.get_content_disposition() for part in parts] == [None, None]


def test_both_parts_arrive_as_they_were_written() -> None:
    text = "Ann Gause,\n\nZoë «quoted» = 100 %\nhttps://portal.example.com/r/" + "T" * 43 + "\n.\n"
    mail = received(sent(replace(MESSAGE, text=text, html=f"<p>{text}</p>")))
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None

    assert plain.get_content().splitlines() == text.splitlines()
    assert html.get_content().splitlines() == f"<p>{text}</p>".splitlines()


@pytest.mark.parametrize("body", ["x" * 5000, "ü" * 5000, "https://portal.example.com/" + "y" * 2000])
def test_no_line_is_longer_than_smtp_allows(body: str) -> None:
    raw = sent(replace(MESSAGE, text=body, html=f"<p>{body}</p>", subject="CERS " + "Reset " * 40))

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def with_field(field: str, value: str) -> Message:
    changed: dict[str, Any] = {field: value}
    return replace(MESSAGE, **changed)


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\r\n\r\n"], ids=["LF", "CR", "CRLF", "two"])
@pytest.mark.parametrize("field", ["to", "subject", "message_id", "language"])
def test_a_line_break_near_a_header_is_refused(field: str, line_break: str) -> None:
    value = getattr(MESSAGE, field)

    for hostile in (f"{value}{line_break}Bcc: eve@example.com", f"x{line_break}{value}"):
        with pytest.raises(ValueError, match=r"(?i)linefeed|CR or LF|control"):
            sent(with_field(field, hostile))
    assert b"eve@example.com" not in sent()


@pytest.mark.parametrize("field", ["to", "subject", "message_id", "language"])
def test_a_line_break_at_the_end_of_a_header_is_refused(field: str) -> None:
    for line_break in ("\n", "\r", "\r\n"):
        with pytest.raises(ValueError, match=r"(?i)linefeed|CR or LF|control"):
            sent(with_field(field, getattr(MESSAGE, field) + line_break))


@pytest.mark.parametrize("address", ["cers@example.com\r\nBcc: eve@example.com", "cers@example.com\n"])
def test_a_line_break_in_a_senders_address_is_refused(address: str) -> None:
    for sender in (Sender(address, "support@example.com"), Sender("cers@example.com", address)):
        with pytest.raises(ValueError, match="CR or LF"):
            sent(sender=sender)


@pytest.mark.parametrize(
    "to",
    [
        "ann@example.com, eve@example.com",
        "ann@example.com;eve@example.com",
        "Eve <eve@example.com>",
        "ann@example.com eve@example.com",
        "friends: ann@example.com, eve@example.com;",
    ],
)
def test_a_list_of_addresses_is_no_recipient(to: str) -> None:
    with pytest.raises(ValueError, match="Invalid addr_spec"):
        sent(replace(MESSAGE, to=to))


@pytest.mark.parametrize("key", ["ann@example.com", "o'hara+cers@mail.example.com", "j\u00f6rg@example.com"])
def test_an_address_that_a_new_account_may_have_can_be_written_to(key: str) -> None:
    if is_email(key):
        assert str(received(sent(replace(MESSAGE, to=key)))["To"]) == key
    else:
        assert not key.isascii(), "a plain address is refused"


def test_a_body_that_names_a_file_attaches_nothing() -> None:
    mail = received(sent(replace(MESSAGE, text="/etc/passwd", html="/etc/passwd")))

    assert [part.get_content().strip() for part in mail.iter_parts()] == ["/etc/passwd", "/etc/passwd"]


def test_a_subject_beyond_ascii_is_encoded_and_arrives_whole() -> None:
    subject = "[Übung] CERS Account Password Reset"
    raw = sent(replace(MESSAGE, subject=subject))

    assert raw.isascii()
    assert str(received(raw)["Subject"]) == subject
