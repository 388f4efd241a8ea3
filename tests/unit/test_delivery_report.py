"""What mail servers report about a mail, and what everybody else sends to the same address."""

import base64
import quopri
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cers_app.mail.delivery_report import Ignored, Report, Returned, read
from tests.support.reports import MAIL_ID, SERVERS, report

DOMAIN = "example.com"
# A slow machine is no reason to fail.
quickly = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
MEGABYTE = 1_000_000
HEAD = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
STATUS = b"--b\nContent-Type: message/delivery-status\n\n"


@pytest.mark.parametrize("server", SERVERS)
def test_a_report_names_the_mail_the_address_and_the_status(server: str) -> None:
    found = read(report(server), DOMAIN)

    assert isinstance(found, Report)
    assert found.mail_id == MAIL_ID
    assert [(each.address.lower(), each.status) for each in found.returned] == [("anngause@example.com", "5.1.1")]
    assert read(report(server), "example.org") is Ignored.NOT_OURS


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    "changes",
    [
        {"Action": "delayed"},
        {"Action": "relayed"},
        {"Action": "delivered"},
        {"Action": "expanded"},
        {"Action": "not failed"},
        {"Status": "2.0.0"},
        {"Status": "unknown"},
        {"Status": "15.1.1"},
    ],
)
def test_a_mail_that_did_not_fail_for_good_is_left_alone(server: str, changes: dict[str, str]) -> None:
    assert read(report(server, **changes), DOMAIN) is Ignored.NOTHING_FAILED


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Status": "5.2.2 (mailbox full)"}, "5.2.2"),
        ({"Status": "4.4.7 (delivery time expired)"}, "4.4.7"),
        ({"Status": "5.0.0", "Diagnostic_Code": "smtp; 552 5.2.2 full"}, "5.2.2"),
        ({"Status": "5.0.0", "Diagnostic_Code": "smtp; 450 4.2.2 full"}, "5.0.0"),
        ({"Status": "5.0.0", "Diagnostic_Code": "x-unix; exit 1"}, "5.0.0"),
        ({"Action": "FAILED "}, "5.1.1"),
    ],
)
def test_the_status_is_read_however_it_is_written(changes: dict[str, str], status: str) -> None:
    found = read(report(**changes), DOMAIN)

    assert isinstance(found, Report)
    assert found.returned == (Returned("anngause@example.com", status),)


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"From: somebody@example.com\nSubject: Hello\n\nHow are you?\n",
        report().replace(b"multipart/report", b"multipart/mixed"),
        report().replace(b"message/delivery-status", b"message/disposition-notification"),
        report().replace(b"boundary=", b"border="),
        report().replace(b'boundary="', b'boundary="'[:-1]).replace(b'mx.example.com"', b"elsewhere"),
        report().replace(b"--4F3B1C", b"++4F3B1C"),
    ],
)
def test_any_other_mail_is_no_report(mail: bytes) -> None:
    assert read(mail, DOMAIN) is Ignored.NO_REPORT


def test_without_the_message_id_in_a_place_for_it_a_report_is_about_nobodys_mail() -> None:
    unnamed = report().replace(f"<{MAIL_ID}@example.com>".encode(), b"<other@example.com>")
    assert read(unnamed, DOMAIN) is Ignored.NOT_OURS

    in_words = unnamed.replace(b"I'm sorry", f"<{MAIL_ID}@example.com>".encode())
    assert MAIL_ID.encode() in in_words
    assert read(in_words, DOMAIN) is Ignored.NOT_OURS
    named = b"In-Reply-To: <%s@EXAMPLE.com>\n" % MAIL_ID.upper().encode() + unnamed.partition(b"\n")[2]
    assert isinstance(found := read(named, DOMAIN), Report)
    assert found.mail_id == MAIL_ID


def test_one_of_several_addresses_failed() -> None:
    others = b"\n\nFinal-Recipient: rfc822; bob@example.com\nAction: relayed\nStatus: 2.0.0\n\nFinal-Recipient:"
    found = read(report().replace(b"\n\nFinal-Recipient:", others, 1), DOMAIN)

    assert isinstance(found, Report)
    assert found.returned == (Returned("anngause@example.com", "5.1.1"),)


def test_a_boundary_may_have_blanks() -> None:
    assert isinstance(read(report().replace(b"4F3B1C.1494356407/mx", b"a 'b' c"), DOMAIN), Report)


@pytest.mark.parametrize(
    ("name", "encode", "found"),
    [
        ("base64", base64.encodebytes, Report),
        ("Quoted-Printable", quopri.encodestring, Report),
        ("base64", quopri.encodestring, Ignored),
        ("base64", lambda content: base64.b64encode(content)[:-3], Ignored),
    ],
)
def test_the_returned_headers_may_be_in_a_transfer_encoding(
    name: str, encode: Callable[[bytes], bytes], found: type
) -> None:
    mail = report("exim").replace(b"References:", b"X-Other:")
    before, headers = mail.split(b"text/rfc822-headers\n\n")
    headers, end = headers.split(b"\n--")[0], headers[headers.index(b"\n--") :]
    encoded = f"text/rfc822-headers\nContent-Transfer-Encoding: {name}\n\n".encode() + encode(headers)

    assert type(read(before + encoded + end, DOMAIN)) is found


PIECES = st.sampled_from([
    b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b";", b'"', b"--", b"boundary=", b"Content-Type: ", b"multipart/report",
    b"message/rfc822", b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n",
    b"=?utf-8?b?", b"*0*=utf-8''%ff", b"Action: failed\n", b"\xe2\x80\xa8", b" ", b"\t",
])  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    [b"boundary*=a\0b'en'b", b"boundary*=idna'en'b", b"boundary*=undefined'en'b", b'charset="a\0b"; boundary=b'],
)
def test_what_breaks_pythons_own_parser_gives_an_answer(hostile: bytes) -> None:
    mail = HEAD.replace(b"boundary=b", hostile) + STATUS + b"\xff"

    assert isinstance(read(mail, DOMAIN), Ignored)


@quickly
@given(st.binary(max_size=400))
@example(HEAD + STATUS + b"begin 644 x\n\xff\n")
def test_any_bytes_give_an_answer(mail: bytes) -> None:
    assert isinstance(read(mail, DOMAIN), Report | Ignored)
    assert isinstance(read(HEAD + STATUS + mail, DOMAIN), Report | Ignored)


@quickly
@given(st.sampled_from(SERVERS), st.lists(st.tuples(st.integers(0, 3_000), PIECES | st.binary(max_size=5)), max_size=8))
def test_a_report_with_mistakes_gives_an_answer(server: str, mistakes: list[tuple[int, bytes]]) -> None:
    mail = report(server)
    for place, piece in mistakes:
        mail = mail[:place] + piece + mail[place + len(piece) // 2 :]

    found = read(mail, DOMAIN)
    assert isinstance(found, Report | Ignored)
    assert not isinstance(found, Report) or found.mail_id.encode() in mail.lower()


@pytest.mark.parametrize(
    "mail",
    [
        b'Content-Type: multipart/report; x="' + b";" * MEGABYTE,
        b"Content-Type: multipart/report" + b"; a=b" * (MEGABYTE // 5),
        HEAD + b"--b\n" * (MEGABYTE // 4),
        HEAD + STATUS + b"\n" * MEGABYTE,
        HEAD + STATUS + b"a:\n\n" * (MEGABYTE // 4),
        HEAD + STATUS + b"Action: failed\nStatus: " + b"5.1." * (MEGABYTE // 4),
        HEAD + STATUS + b"a:b\n" * (MEGABYTE // 4),
        HEAD + b"".join(b"--b\nContent-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(15_000)),
        b"References: " + b"<" * MEGABYTE + b"\n" + report(),
    ],
    ids=["quoted", "parameters", "parts", "blank lines", "blocks", "status", "fields", "nested", "references"],
)
def test_no_report_takes_long(mail: bytes) -> None:
    began = time.process_time()
    read(mail, DOMAIN)

    assert time.process_time() - began < 5
