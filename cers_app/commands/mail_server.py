"""Finds out why a mail server does not accept mail, and says what to do."""

import smtplib
import socket
import ssl
from collections.abc import Iterator

import click

from cers_app.composition.mail import mailer
from cers_app.mail.mailer import MailNotSent
from cers_app.settings import Settings, SmtpSecurity
from cers_app.values.mailboxes import are_aligned, domain_of

PATIENCE_SECONDS = 5
OTHER_NAME, EXPIRED = (62, 64), 10
"""OpenSSL's numbers for a certificate that is for another name or has expired."""


def check(config: Settings) -> None:
    """Connect as the mail worker does, without sending a mail. Raises `click.ClickException`."""
    if config.smtp_host and (problem := _problem(config)):
        raise click.ClickException(f"{config.smtp_host}:{config.smtp_port} does not accept mail. {problem}")


def other_domain(config: Settings) -> Iterator[str]:
    """Advice about an envelope sender whose domain is unrelated to that of the From address."""
    shown = domain_of(config.mail_from).lower()
    if not are_aligned(domain_of(config.envelope_sender), shown):
        yield f"CERS_MAIL_FROM has the domain {shown}, so SPF of the other domain does not count for DMARC."
        yield f"Let your mail server sign with DKIM for {shown}, or set CERS_MAIL_BOUNCE to an address there."


def _problem(config: Settings) -> str:
    try:
        has_greeted = _greets(config.smtp_host, config.smtp_port)
    except (OSError, UnicodeError) as broken:
        why = "The name is unknown" if isinstance(broken, socket.gaierror | UnicodeError) else "Nothing answers there"
        return f"{why}. Check CERS_SMTP_HOST and CERS_SMTP_PORT."
    if not has_greeted and config.smtp_security is not SmtpSecurity.TLS:
        return "The server sent no greeting, so it probably expects TLS (often port 465). Set CERS_SMTP_SECURITY=tls."
    try:
        with mailer(config).connect():
            return ""
    except MailNotSent as broken:
        # The mailer's error holds only a class name and a code. Its context is the original error.
        cause = broken.__context__
        return _certificate(config, cause) if isinstance(cause, ssl.SSLCertVerificationError) else _other(cause)


def _greets(host: str, port: int) -> bool:
    """Whether the server speaks first. Mail servers without TLS do."""
    with socket.create_connection((host, port), PATIENCE_SECONDS) as probe:
        try:
            return bool(probe.recv(1))
        except OSError:
            return False


def _certificate(config: Settings, broken: ssl.SSLCertVerificationError) -> str:
    if broken.verify_code in OTHER_NAME:
        return f"The certificate is not for {config.smtp_host}. Set CERS_SMTP_HOST to the name in the certificate."
    if broken.verify_code == EXPIRED:
        return "The certificate has expired. Ask the server's operator to renew the certificate."
    return (
        f"The certificate is not trusted ({broken.verify_message}). "
        "Set SSL_CERT_FILE to a file with the authority that issued the certificate."
    )


def _other(broken: BaseException | None) -> str:
    match broken:
        case smtplib.SMTPNotSupportedError() if "STARTTLS" in str(broken):
            return "The server has no STARTTLS on this port. Set CERS_SMTP_PORT to a port with STARTTLS (often 587)."
        case smtplib.SMTPNotSupportedError():
            return "The server accepts no login. Remove CERS_SMTP_USERNAME."
        case smtplib.SMTPAuthenticationError():
            advice = "Check CERS_SMTP_USERNAME and CERS_SMTP_PASSWORD."
            return f"The server refused the login ({broken.smtp_code}). {advice}"
        case smtplib.SMTPResponseException():
            return f"The server answered {broken.smtp_code}. Ask its operator."
        case ssl.SSLError():
            return "The server does not begin with TLS on this port. Set CERS_SMTP_SECURITY=starttls."
        case _:
            return f"The connection failed ({type(broken).__name__}). Ask the server's operator."
