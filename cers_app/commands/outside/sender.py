"""Checks the SPF and DMARC records of the senders' domains, without which mail ends up as spam."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dns.exception import DNSException
from dns.name import from_text
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from cers_app.commands.outside.reaching import PATIENCE_SECONDS, Advice, NoAnswerError, shown
from cers_app.values.mailboxes import are_aligned

MOST_RECORDS = 100
MOST_PARENTS = 8
"""How far up a mail server looks for a DMARC record."""


@dataclass(frozen=True, slots=True)
class Domains:
    """The domains of a mail's two senders. Often they are one."""

    sender: str
    """That of the From address, for which mail servers check DMARC."""
    bounce: str
    """That of the envelope sender, for which they check SPF."""


def _records(name: str, begin: str, resolver: Callable[[], Resolver]) -> list[str]:
    """The TXT records that begin like this. Raises `NoAnswerError`."""
    try:
        found = resolver().resolve(from_text(name), "TXT", lifetime=PATIENCE_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException as broken:
        raise NoAnswerError(f"DNS gave no answer for {name} ({type(broken).__name__}). Try again.") from None
    texts = [b"".join(each.strings).decode("latin-1").strip() for each in list(found)[:MOST_RECORDS]]
    return [text for text in texts if text.lower().split(";")[0].split(" ")[0].strip() == begin]


def spf(domain: str, resolver: Callable[[], Resolver]) -> Iterator[Advice]:
    """Whether the domain says which servers may send its mail (RFC 7208). Raises `NoAnswerError`."""
    found = _records(domain, "v=spf1", resolver)
    terms = found[0].lower().split() if found else []
    if not found:
        yield Advice(f"{domain} has no SPF record. Add a TXT record that names your mail server, such as")
        yield Advice('"v=spf1 include:relay.example.com -all". The operator of your mail server knows the record.')
    elif len(found) > 1:
        yield Advice(f"{domain} has {len(found)} SPF records, so mail servers use none. Merge them into one.")
    elif {"all", "+all"} & set(terms):
        yield Advice(f"{domain} lets everybody send its mail. End the SPF record with -all or ~all.")
    elif not {"-all", "~all"} & set(terms) and not any(term.startswith("redirect=") for term in terms):
        yield Advice(f"The SPF record of {domain} forbids nobody. End it with -all or ~all.", is_wrong=False)


def dmarc(domain: str, resolver: Callable[[], Resolver]) -> Iterator[Advice]:
    """Whether the domain says what becomes of forged mail (RFC 7489). Raises `NoAnswerError`."""
    labels = domain.split(".")
    for first in range(max(1, min(len(labels) - 1, MOST_PARENTS))):
        owner = ".".join(labels[first:])
        if found := _records(f"_dmarc.{owner}", "v=dmarc1", resolver):
            yield from _judged(owner, found, is_parent=first > 0)
            return
    words = f'{domain} has no DMARC record. Add a TXT record for _dmarc.{domain}, such as "v=DMARC1; p=quarantine".'
    yield Advice(words, is_wrong=False)


def alignment(domains: Domains) -> Iterator[Advice]:
    """Whether mail that passes SPF passes DMARC as well."""
    if not are_aligned(domains.sender, domains.bounce):
        words = f"SPF of an unrelated domain does not count. Let your mail server sign with DKIM for {domains.sender}."
        yield Advice(words, is_wrong=False)


def _judged(owner: str, found: list[str], *, is_parent: bool) -> Iterator[Advice]:
    if len(found) > 1:
        yield Advice(f"_dmarc.{owner} has {len(found)} DMARC records, so mail servers use none. Keep one.")
        return
    parts = [part.partition("=") for part in found[0].lower().split(";")]
    tags = {name.strip(): value.strip() for name, _, value in parts}
    policy = (tags.get("sp") if is_parent else None) or tags.get("p", "")
    if policy == "none":
        words = (
            f"The DMARC record of {owner} lets forged mail through (p=none). Use p=quarantine or p=reject when you can."
        )
        yield Advice(words, is_wrong=False)
    elif policy not in {"quarantine", "reject"}:
        yield Advice(f"The DMARC record of {owner} has the policy {shown(policy)}. Use p=quarantine or p=reject.")
