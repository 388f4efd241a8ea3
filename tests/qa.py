"""`make qa`: the portal in `test` mode, for automated browsers. `docs/qa.md` says how they use it.

Each start has a new database with the demo accounts, unless the environment names one. The portal hands its mails to a
mail server that this process runs. That server saves each mail, and `/dev/mailbox/` shows them. Settings in the
environment win over the ones here.
"""

import os
import shutil
import signal
import subprocess
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from pathlib import Path

import click
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from cers_app.development.mailbox import NAME
from cers_app.mail.mailer import MailboxFolder
from cers_app.serving import claims
from cers_app.settings import LOCAL, ROOT, Mode, Settings
from tests.support.ports import free_port

CHARACTERS = "ACDEFG"
REFUSED = "550 5.6.0 Only mails of the portal are saved here"


class Sink:
    """A mail server that saves what it gets."""

    def __init__(self, folder: Path) -> None:
        self._mailbox = MailboxFolder(folder)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Save a mail and accept it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(content, EmailMessage, policy=MAIL_POLICY)
        # The file gets this name, so a stranger's could lie anywhere.
        if not NAME.fullmatch(str(mail["Message-ID"]).strip("<>").partition("@")[0]):
            return REFUSED
        with self._mailbox.connect() as delivery:
            delivery.send(mail)
        return "250 2.0.0 Ok: saved"


def environment(port: str, smtp_port: int) -> dict[str, str]:
    """The portal's environment."""
    return {
        "CERS_PORT": port,
        "CERS_DATABASE_URL": f"sqlite:///{folder(port) / 'portal.db'}",
        "CERS_SECRET_KEY": "a-key-for-tests-alone-of-more-than-32-characters",
        "CERS_QA_CHARACTERS": CHARACTERS,
        "CERS_SMTP_HOST": "127.0.0.1",
        "CERS_SMTP_PORT": str(smtp_port),
        "CERS_SMTP_SECURITY": "plain",
        "CERS_MAIL_INTERVAL_SECONDS": "0.2",
        "CERS_MAIL_DELAY_SECONDS": "0",
        **os.environ,
        "CERS_MODE": Mode.TEST,
    }


def folder(port: str) -> Path:
    """Where the portal on this port has its database."""
    return LOCAL / "qa" / port


def main() -> int:
    """Serve until an interrupt, and return how the portal ended."""
    port, smtp_port = os.environ.get("CERS_PORT", "3100"), free_port()
    # While nothing listens there, the database of an earlier start is nobody's.
    claims.check_port("127.0.0.1", int(port))
    shutil.rmtree(folder(port), ignore_errors=True)
    mailbox = Settings(mode=Mode.TEST, _env_file=None).mailbox
    sink = Controller(Sink(mailbox), hostname="127.0.0.1", port=smtp_port)
    sink.start()
    sys.stdout.write(f"Every picture shows {CHARACTERS}. How to drive the portal: docs/qa.md\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "cers_app", "serve", "--demo"]
    # In a session of its own, the portal gets one interrupt, from here.
    portal = subprocess.Popen(command, cwd=ROOT, env=environment(port, smtp_port), start_new_session=True)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda *_: portal.send_signal(signal.SIGINT))
    try:
        return portal.wait()
    finally:
        sink.stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except click.ClickException as refused:
        sys.exit(refused.format_message())
