"""Checks a portal from outside, as its visitors reach it: through DNS, TLS and the proxy."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from dns.resolver import Resolver

from cers_app.commands import unexpected
from cers_app.commands.outside import arriving, live, sender, tls
from cers_app.commands.outside.reaching import Advice, Answer, NoAnswerError, Site
from cers_app.commands.outside.sender import Domains
from cers_app.values import addresses

Check = Callable[[], Iterable[Advice]]
Result = tuple[str, list[Advice]]


def results(site: Site, domains: Domains | None, resolver: Callable[[], Resolver] = Resolver) -> Iterator[Result]:
    """The name of each check and its advice, which is empty if all is well.

    Without `domains`, the checks of mail are left out.
    """
    page: list[Answer] = []

    def sign_in() -> Iterator[Advice]:
        page.append(site.fetch(addresses.SIGN_IN))
        yield from arriving.sign_in(page[0])

    found = _advice(sign_in)
    yield "The sign-in page", found
    if page:
        yield from _run(_of_the_site(site))
    if page and not found:
        yield from _run(_of_the_page(site, page[0]))
    if domains:
        yield from _run(_of_mail(domains, resolver))


def _of_the_site(site: Site) -> dict[str, Check]:
    return {
        "The certificate, for at least three weeks": partial(tls.certificate, site),
        "No TLS 1.0 and 1.1": partial(tls.old_versions, site),
        # An address with a port leaves port 80 to others.
        **({} if site.port else {"http leads to https": partial(arriving.redirect, site)}),
    }


def _of_the_page(site: Site, page: Answer) -> dict[str, Check]:
    return {
        "No pages for developers": partial(arriving.development, site),
        "No metrics": partial(arriving.metrics, site),
        "Strict-Transport-Security": partial(arriving.strict_transport, page),
        "The other security headers": partial(arriving.security_headers, page),
        "The browser cookie": partial(arriving.cookies, page),
        "The event socket": partial(live.socket, site, page),
        "Long polling": partial(live.polling, site, page),
    }


def _of_mail(domains: Domains, resolver: Callable[[], Resolver]) -> dict[str, Check]:
    return {
        f"SPF of {domains.bounce}": partial(sender.spf, domains.bounce, resolver),
        f"DMARC of {domains.sender}": partial(sender.dmarc, domains.sender, resolver),
        "SPF counts for DMARC": partial(sender.alignment, domains),
    }


def _run(checks: dict[str, Check]) -> Iterator[Result]:
    for name, check in checks.items():
        yield name, _advice(check)


def _advice(check: Check) -> list[Advice]:
    try:
        return list(check())
    except NoAnswerError as silent:
        return [Advice(str(silent))]
    except Exception as broken:  # noqa: BLE001 - whatever is wrong, the other checks still help
        return [Advice(f"This check stopped because of an unexpected error. {unexpected.noted(broken)}")]
