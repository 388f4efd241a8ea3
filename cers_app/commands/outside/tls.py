"""Checks the certificate, and that old versions of TLS are off."""

import ssl
import time
import warnings
from collections.abc import Iterator

from cers_app.commands.mail_server import EXPIRED, OTHER_NAME
from cers_app.commands.outside.reaching import Advice, NoAnswerError, Site, unverified

SOON_DAYS = 21
DAY_SECONDS = 86_400


def certificate(site: Site) -> Iterator[Advice]:
    """Whether browsers trust the certificate, and for how long. Raises `NoAnswerError`."""
    try:
        with site.connected() as plain, site.secured(plain, ssl.create_default_context()) as connection:
            found = connection.getpeercert() or {}
    except NoAnswerError as broken:
        if not isinstance(broken.__cause__, ssl.SSLCertVerificationError):
            raise
        yield Advice(_untrusted(site, broken.__cause__))
    else:
        yield from expiry(str(found["notAfter"]), time.time())


def expiry(not_after: str, now: float) -> Iterator[Advice]:
    """A warning before the certificate expires. `now` is in seconds since 1970."""
    days = int((ssl.cert_time_to_seconds(not_after) - now) // DAY_SECONDS)
    if days < SOON_DAYS:
        yield Advice(f"The certificate expires in {days} days. Renew it, and reload the proxy.", is_wrong=False)


def _untrusted(site: Site, broken: ssl.SSLCertVerificationError) -> str:
    if broken.verify_code in OTHER_NAME:
        return f"The certificate is not for {site.host}. Give the proxy a certificate for this host."
    if broken.verify_code == EXPIRED:
        return "The certificate has expired. Renew it, and reload the proxy."
    return (
        f"The certificate is not trusted ({broken.verify_message}). Let the proxy send the whole chain. If your agency "
        "has an authority of its own, set SSL_CERT_FILE to a file with that authority."
    )


def old_versions(site: Site) -> Iterator[Advice]:
    """TLS 1.0 and 1.1 must be off (RFC 8996)."""
    context = unverified()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the old versions are what the check is about
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        with site.connected() as plain, site.secured(plain, context) as connection:
            yield Advice(f"The proxy accepts {connection.version()}. In nginx: ssl_protocols TLSv1.2 TLSv1.3;")
    except NoAnswerError as refused:
        if getattr(refused.__cause__, "reason", "") == "NO_PROTOCOLS_AVAILABLE":
            yield Advice("This machine's OpenSSL cannot try TLS 1.0 and 1.1. Try another machine.", is_wrong=False)
