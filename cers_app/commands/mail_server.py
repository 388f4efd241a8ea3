"""Why a mail server takes no mail, and the one thing to do about it."""

import smtplib
import socket
import ssl

from cers_app.composition.mail import mailer
from cers_app.mail.mailer import MailNotSent
from cers_app.settings import Settings, SmtpSecurity

PATIENCE_SECONDS = 5
OTHER_NAME, EXPIRED = (62, 64), 10
"""OpenSSL's numbers for what is wrong with a certificate."""


def problem(config: Settings) -> str:
    """Connect as the mail worker does; empty when that succeeds. No mail is sent."""
    try:
        has_greeted = _greets(config.smtp_host, config.smtp_port)
    except (OSError, UnicodeError) as broken:
        why = "Its name is unknown" if isinstance(broken, socket.gaierror | UnicodeError) else "Nothing answers there"
        return f"{why}: check CERS_SMTP_HOST and CERS_SMTP_PORT."
    if not has_greeted and config.smtp_security is not SmtpSecurity.TLS:
        return "It gave no greeting, as with TLS from the start (often port 465): set CERS_SMTP_SECURITY=tls."
    try:
        with mailer(config).connect():
            return ""
    except MailNotSent as broken:
        # The mailer keeps a class name and a code alone; what it met stands behind it.
        cause = broken.__context__
        return _certificate(config, cause) if isinstance(cause, ssl.SSLCertVerificationError) else _other(cause)


def _greets(host: str, port: int) -> bool:
    """Whether a server speaks first, as mail servers do without TLS."""
    with socket.create_connection((host, port), PATIENCE_SECONDS) as probe:
        try:
            return bool(probe.recv(1))
        except OSError:
            return False


def _certificate(config: Settings, broken: ssl.SSLCertVerificationError) -> str:
    if broken.verify_code in OTHER_NAME:
        return f"Its certificate is not for {config.smtp_host}: set CERS_SMTP_HOST to the name in it."
    if broken.verify_code == EXPIRED:
        return "Its certificate has expired: have it renewed."
    return (
        f"Its certificate is not trusted ({broken.verify_message}): "
        "set SSL_CERT_FILE to a file with the authority that issued it."
    )


def _other(broken: BaseException | None) -> str:
    match broken:
        case smtplib.SMTPNotSupportedError() if "STARTTLS" in str(broken):
            told = "It has no STARTTLS on this port: set CERS_SMTP_PORT to one that has (often 587)."
        case smtplib.SMTPNotSupportedError():
            told = "It takes no login: leave out CERS_SMTP_USERNAME."
        case smtplib.SMTPAuthenticationError():
            told = f"It refused the login ({broken.smtp_code}): check CERS_SMTP_USERNAME and CERS_SMTP_PASSWORD."
        case smtplib.SMTPResponseException():
            told = f"It answered {broken.smtp_code}: ask who runs it."
        case ssl.SSLError():
            told = "It speaks no TLS on this port from the start: set CERS_SMTP_SECURITY=starttls."
        case _:
            told = f"It broke off ({type(broken).__name__}): ask who runs it."
    return told
