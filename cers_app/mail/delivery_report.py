"""Reads a delivery report: the mail in which a mail server says what became of another mail (RFC 3464, RFC 6522).

Anyone can send such a mail. Python's own parser raises errors for some mails and takes quadratic time for others, so
this module reads only the few fields that it needs, and no part inside a part.
"""

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

MOST_PARTS = 10
MOST_BLOCKS = 20
STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
RETURNED_TYPES = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
"""What a server returns of the mail. `global` is for addresses outside ASCII (RFC 6533)."""
FOLD = re.compile(r"\n[ \t]+")
BETWEEN_BLOCKS = re.compile(r"\n[ \t]*\n")
BOUNDARY = re.compile(r'\bboundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
GIVEN_UP, PERMANENT, SAYS_NOTHING = ("4", "5"), "5", "5.0.0"
"""A mail server that gave up after days of trying reports that the mail failed, with a temporary status."""


class Ignored(StrEnum):
    """Why a report changes nothing, in words."""

    NO_REPORT = "this mail is not a delivery report"
    NOTHING_FAILED = "the report names no address that a mail did not reach for good"
    NOT_OURS = "the report names no mail that this portal sent"
    OTHER_ADDRESS = "the mail did not go to the address in the report"
    REPEATED = "the mail already failed"


@dataclass(frozen=True, slots=True)
class Returned:
    """An address that the mail did not reach, and why."""

    address: str
    status: str
    """Such as `5.1.1`. It begins with 4 if a mail server gave up after days."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says about one of the portal's mails. The sender of the report knew the mail's Message-ID."""

    mail_id: str
    returned: tuple[Returned, ...]
    """At least one."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A mail, a part of a mail, or a block of fields."""

    fields: dict[str, str]
    body: str

    @classmethod
    def of(cls, text: str) -> Self:
        head, _, body = ("", "", text[1:]) if text.startswith("\n") else text.partition("\n\n")
        fields = dict[str, str]()
        for line in FOLD.sub(" ", head).split("\n"):
            name, _, value = line.partition(":")
            fields.setdefault(name.strip().lower(), value.strip())
        return cls(fields, body)

    def field(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def kind(self) -> str:
        return self.field("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body without its transfer encoding. Empty if it is not in its encoding."""
        try:
            match self.field("content-transfer-encoding").lower():
                case "base64":
                    return _decoded(b64decode(self.body))
                case "quoted-printable":
                    return _decoded(quopri.decodestring(self.body))
                case _:
                    return self.body
        except ValueError:
            return ""

    def parts(self) -> Iterator[Self]:
        found = BOUNDARY.search(self.field("content-type"))
        if found and self.kind == "multipart/report":
            line = re.compile(rf"^--{re.escape(found[1] or found[2])}(?:--)?[ \t]*$\n?", re.MULTILINE)
            yield from map(self.of, line.split(self.body, MOST_PARTS)[1:])


def read(mail: bytes, id_domain: str) -> Report | Ignored:
    """Read a report about a mail whose Message-ID ends with `id_domain`. Any bytes give an answer."""
    report = _Part.of(_decoded(mail))
    parts = list(report.parts())
    statuses = [part.text for part in parts if part.kind in STATUS_TYPES]
    if not statuses:
        return Ignored.NO_REPORT
    returned = tuple(each for status in statuses for each in _returned(status))
    if not returned:
        return Ignored.NOTHING_FAILED
    originals = [_Part.of(part.text) for part in parts if part.kind in RETURNED_TYPES]
    named = [original.field("message-id") for original in originals]
    named += [report.field("in-reply-to"), report.field("references")]
    found = re.search(rf"<([0-9a-f]{{32}})@{re.escape(id_domain)}>", " ".join(named), re.IGNORECASE)
    return Report(found[1].lower(), returned) if found else Ignored.NOT_OURS


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _returned(status: str) -> Iterator[Returned]:
    """The addresses that a mail did not reach for good. Each has a block of fields of its own."""
    for text in BETWEEN_BLOCKS.split(status.strip(), MOST_BLOCKS)[:MOST_BLOCKS]:
        block = _Part.of(text)
        found = _status(block)
        if block.field("action").lower() == "failed" and found.startswith(GIVEN_UP):
            yield Returned(block.field("final-recipient").partition(";")[2].strip(), found)


def _status(block: _Part) -> str:
    """The status of an address. Exim always says 5.0.0, and only quotes the other server's status."""
    found = STATUS.search(block.field("status"))
    status = found[0] if found else ""
    quoted = STATUS.search(block.field("diagnostic-code")) if status == SAYS_NOTHING else None
    return quoted[0] if quoted and quoted[0].startswith(PERMANENT) else status
