"""The records of the sender's domain, asked of a name server."""

from collections.abc import Callable, Iterator

import pytest
from dns import rcode
from dns.resolver import Resolver

from cers_app.commands.outside import sender
from cers_app.commands.outside.reaching import Advice, NoAnswerError
from cers_app.commands.outside.sender import Domains
from tests.support import names

Check = Callable[[str, Callable[[], Resolver]], Iterator[Advice]]


def advice(check: Check, domain: str, records: dict[str, list[str]]) -> list[Advice]:
    with names.serving(records) as resolver:
        return list(check(domain, lambda: resolver))


@pytest.mark.parametrize(
    "records",
    [
        ["v=spf1 include:relay.example.com -all"],
        ["V=SPF1 ip4:192.0.2.0/24 ~ALL", "another=record"],
        ["v=spf1 redirect=example.com"],
        ["v=spf1 -all", "v=spf10 +all"],
    ],
)
def test_a_domain_that_names_its_mail_servers_is_well(records: list[str]) -> None:
    assert advice(sender.spf, "example.gov", {"example.gov": records}) == []


@pytest.mark.parametrize(
    ("records", "words", "is_wrong"),
    [
        ([], "has no SPF record", True),
        (["another=record"], "has no SPF record", True),
        (["v=spf1 -all", "v=spf1 ~all"], "has 2 SPF records", True),
        (["v=spf1 +all"], "lets everybody send", True),
        (["v=spf1 mx all"], "lets everybody send", True),
        (["v=spf1 mx ?all"], "forbids nobody", False),
        (["v=spf1"], "forbids nobody", False),
    ],
)
def test_an_spf_record_that_protects_nobody_is_named(records: list[str], words: str, *, is_wrong: bool) -> None:
    found = advice(sender.spf, "example.gov", {"example.gov": records})

    assert words in found[0].words
    assert found[0].is_wrong is is_wrong


@pytest.mark.parametrize(
    "records",
    [
        {"_dmarc.mail.example.gov": ["v=DMARC1; p=reject"]},
        {"_dmarc.example.gov": ["v=DMARC1;p=none;sp = quarantine"]},
        {"_dmarc.example.gov": ["v=DMARC1; p=quarantine; rua=mailto:x@example.gov"]},
        {"_dmarc.mail.example.gov": ["v=DMARC1; p=reject; sp=none"], "_dmarc.example.gov": ["v=DMARC1; p=none"]},
    ],
)
def test_a_domain_whose_forged_mail_is_refused_is_well(records: dict[str, list[str]]) -> None:
    assert advice(sender.dmarc, "mail.example.gov", records) == []


@pytest.mark.parametrize(
    ("records", "words", "is_wrong"),
    [
        ({}, "has no DMARC record", False),
        ({"_dmarc.gov": ["v=DMARC1; p=reject"]}, "has no DMARC record", False),
        ({"_dmarc.example.gov": ["v=DMARC1; p=none"]}, "(p=none)", False),
        ({"_dmarc.example.gov": ["v=DMARC1; p=reject; sp=none"]}, "(p=none)", False),
        ({"_dmarc.mail.example.gov": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]}, "has 2 DMARC records", True),
        ({"_dmarc.mail.example.gov": ["v=DMARC1; p=\\027[2J"]}, "the policy '\\x1b[2j'", True),
        ({"_dmarc.mail.example.gov": ["v=DMARC1"]}, "the policy ''", True),
    ],
)
def test_a_dmarc_record_that_lets_forged_mail_through_is_named(
    records: dict[str, list[str]], words: str, *, is_wrong: bool
) -> None:
    (found,) = advice(sender.dmarc, "mail.example.gov", records)

    assert words in found.words
    assert found.is_wrong is is_wrong


@pytest.mark.parametrize("bounce", ["mail.example.gov", "example.gov", "bounces.example.gov", "a.mail.example.gov"])
def test_spf_of_the_same_organization_counts_for_dmarc(bounce: str) -> None:
    assert list(sender.alignment(Domains("mail.example.gov", bounce))) == []


def test_two_towns_of_a_state_are_two_organizations() -> None:
    assert list(sender.alignment(Domains("sacramento.ca.us", "mail.sacramento.ca.us"))) == []
    assert len(list(sender.alignment(Domains("sacramento.ca.us", "fresno.ca.us")))) == 1


@pytest.mark.parametrize("bounce", ["gov", "other.gov", "notexample.gov", "example.gov.example.org"])
def test_spf_of_another_organization_is_warned_about(bounce: str) -> None:
    (found,) = sender.alignment(Domains("mail.example.gov", bounce))

    assert "sign with DKIM for mail.example.gov." in found.words
    assert not found.is_wrong


def test_a_name_server_that_fails_is_no_missing_record() -> None:
    with names.serving({}, rcode.SERVFAIL) as resolver, pytest.raises(NoAnswerError, match="DNS gave no answer"):
        list(sender.spf("example.gov", lambda: resolver))
