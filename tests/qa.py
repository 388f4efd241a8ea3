"""`make qa`: the portal in `test` mode, for automated browsers. `docs/qa.md` says how they use it.

Each start is a new one: an empty database with the demo accounts, and an empty mailbox. The portal hands its mails to a
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

from cers_app.mail.mailer import MailboxFolder
from cers_app.serving import claims
from cers_app.settings import LOCAL, ROOT, Mode, Settings
from tests.support.ports import free_port

CHARACTERS = "ACDEFG"
FOLDER = LOCAL / "qa"


class Sink:
    """A mail server that saves what it gets."""

    def __init__(self, folder: Path) -> None:
        self._mailbox = MailboxFolder(folder)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Save a mail and accept it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(content, EmailMessage, policy=MAIL_POLICY)
        with self._mailbox.connect() as delivery:
            delivery.send(mail)
        return "250 2.0.0 Ok: saved"


def environment(smtp_port: int) -> dict[str, str]:
    """The portal's environment."""
    return {
        "CERS_PORT": "3100",
        "CERS_DATABASE_URL": f"sqlite:///{FOLDER / 'portal.db'}",
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


def main() -> int:
    """Serve until an interrupt, and return how the portal ended."""
    smtp_port = free_port()
    env = environment(smtp_port)
    # Only then are the files of an earlier start nobody's.
    claims.check_port("127.0.0.1", int(env["CERS_PORT"]))
    mailbox = Settings(mode=Mode.TEST, _env_file=None).mailbox
    for old in (FOLDER, mailbox):
        shutil.rmtree(old, ignore_errors=True)
    sink = Controller(Sink(mailbox), hostname="127.0.0.1", port=smtp_port)
    sink.start()
    sys.stdout.write(f"Every picture shows {CHARACTERS}. How to drive the portal: docs/qa.md\n")
    sys.stdout.flush()
    # The interrupt of a terminal reaches the portal, too, and this process waits until the portal has ended.
    signal.signal(signal.SIGINT, lambda *_: None)
    command = [sys.executable, "-m", "cers_app", "serve", "--demo"]
    portal = subprocess.Popen(command, cwd=ROOT, env=env)
    signal.signal(signal.SIGTERM, lambda *_: portal.send_signal(signal.SIGINT))
    try:
        return portal.wait()
    finally:
        sink.stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except click.ClickException as refused:
        sys.exit(refused.format_message())
