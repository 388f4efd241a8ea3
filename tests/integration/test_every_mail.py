"""What holds for every mail: both parts, short lines, valid HTML, and nothing loaded from anywhere."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from lxml import html
from tinyhtml5.parser import HTMLParser

from cers_app.development import mail_previews
from cers_app.mail.letters import FOLDER, Message, Sender, compose
from cers_app.settings import Mode, Settings

CONFIG = Settings(mode=Mode.TEST, secret_key="x" * 40, _env_file=None)
MAILS = mail_previews.all_of(CONFIG)
EVERY_MAIL = pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
LONGEST_LINE = 998
"""Bytes, without the line's end (RFC 5322, 2.1.1)."""


def wire(mail: Message) -> bytes:
    """What goes to the mail server."""
    return bytes(compose(mail, Sender("cers@calepa.ca.gov", "cers@calepa.ca.gov"), mail_previews.AT))


def parse_errors(page: str) -> list[object]:
    """What a strict parser says about HTML."""
    parser = HTMLParser()
    parser.parse(page)
    errors: list[object] = parser.errors
    return errors


def test_there_is_a_preview_of_every_template() -> None:
    templates = {path.stem for path in FOLDER.glob("*.html")} - {"frame", "parts"}

    assert set(MAILS) == templates
    assert {path.stem for path in FOLDER.glob("*.txt")} - {"footer", "origin"} == templates


@EVERY_MAIL
def test_a_mail_has_a_text_part_and_then_an_html_part(mail: Message) -> None:
    parsed = message_from_bytes(wire(mail), policy=default)
    assert isinstance(parsed, EmailMessage)

    assert parsed.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert all(part.get_content().strip() for part in parsed.iter_parts())


@EVERY_MAIL
def test_no_line_is_too_long_for_a_mail_server(mail: Message) -> None:
    lengths = [len(line) for line in wire(mail).split(b"\r\n")]

    assert max(lengths) < LONGEST_LINE
    assert max(lengths) > 60, "the lines were found"


@EVERY_MAIL
def test_the_html_is_valid_and_loads_nothing(mail: Message) -> None:
    page = html.document_fromstring(mail.html)

    assert parse_errors(mail.html) == []
    assert page.get("lang") == "en"
    assert [h1.text for h1 in page.xpath("//h1")] == [mail.subject]
    assert page.xpath("//title")[0].text == mail.subject
    assert page.xpath("//img | //link | //script | //iframe | //form | //@background | //@src") == []
    assert "url(" not in mail.html
    assert len(mail.html.encode()) < 20_000


@EVERY_MAIL
def test_both_parts_say_the_same_addresses(mail: Message) -> None:
    linked = {href for href in html.document_fromstring(mail.html).xpath("//a/@href") if not href.startswith("mailto:")}
    # The text shows the address of the CERS help page to the letter. The link is safer than that.
    linked = {href.replace("https://cers.calepa.ca.gov/", "http://cers.calepa.ca.gov/") for href in linked}
    written = {address.rstrip(".,)") for address in re.findall(r"https?://\S+", mail.text)}

    assert linked == written
    assert linked, "at least the footer's"


@EVERY_MAIL
def test_the_head_names_the_reference_and_no_header_comes_twice(mail: Message) -> None:
    raw = wire(mail)
    parsed = message_from_bytes(raw, policy=default)

    assert parsed["X-CERS-Reference"] == "K7QD-M4XW"
    assert len(parsed.keys()) == len({name.lower() for name in parsed.keys()})  # noqa: SIM118 - repeated names too
    assert raw.lower().count(b"mime-version:") == 1


def test_the_link_stands_alone_and_bare_in_both_parts() -> None:
    mail = MAILS["reset_link"]
    link = f"{CONFIG.base_url}/r/{mail_previews.TOKEN}"
    anchors = html.document_fromstring(mail.html).xpath("//a[@href=$link]", link=link)

    assert link in mail.text.splitlines()
    assert [anchor.text for anchor in anchors] == ["Reset my Password", link]


@pytest.mark.parametrize("broken", ["<p><table></p>", "<p>x</b>", "<a href='x' href='y'>z</a>"])
def test_the_parser_does_find_errors(broken: str) -> None:
    whole = f"<!doctype html><html lang=en><title>x</title><body>{broken}</body></html>"

    assert parse_errors(whole) != []


@EVERY_MAIL
def test_a_translator_leaves_names_and_addresses_alone(mail: Message) -> None:
    texts = html.document_fromstring(mail.html).xpath("//body//text()[not(ancestor::*[@translate='no'])]")

    assert texts, "the rest is there to be translated"
    assert [text for text in texts if re.search(r"anngause|Ann Gause|@|://", text)] == []
