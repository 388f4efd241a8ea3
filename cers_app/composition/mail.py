"""Builds the parts that send mail."""

from datetime import timedelta

from cers_app.mail.letterhead import Letterhead
from cers_app.mail.letters import Letters
from cers_app.mail.mailer import MailboxFolder, Mailer, Sender
from cers_app.mail.outbox import MailKind
from cers_app.mail.recipients import Recipients
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.mail.worker import Worker, WorkerParts, Writer
from cers_app.recover_username.messages import UsernameMail
from cers_app.reset_password.messages import LinkMailParts, ResetLinkMail
from cers_app.settings import Settings
from cers_app.storage.database import Database
from cers_app.values.world import World

BURST = 4
"""How many times faster than the ceiling the worker may send mails for a short time."""
LONGEST_GAP_SECONDS = 1.0
"""The longest gap, however low the ceiling, because a stop waits for the gap to end."""


def mailer(config: Settings) -> Mailer:
    """Sends by SMTP if a mail server is set, otherwise writes to the development mailbox."""
    if not config.smtp_host:
        return MailboxFolder(config.mailbox)
    return SmtpMailer(
        SmtpServer(
            host=config.smtp_host,
            port=config.smtp_port,
            security=config.smtp_security,
            sender=config.mail_from,
            username=config.smtp_username,
            password=config.smtp_password.get_secret_value(),
        )
    )


def writers(config: Settings, database: Database, world: World) -> dict[MailKind, Writer]:
    """The writer of each kind of mail."""
    head, clock = Letterhead.of(config), world.now
    letters = Letters(database, head, clock)
    recipients = Recipients(database, clock, timedelta(hours=config.limit_no_account_mail_hours))
    life = timedelta(minutes=config.reset_link_minutes)
    link_parts = LinkMailParts(database, head, letters, recipients, world.new_token, world.new_id, clock, life)
    return {
        MailKind.USERNAME_REMINDER: UsernameMail(head, letters, recipients, clock),
        MailKind.RESET_LINK: ResetLinkMail(link_parts),
        MailKind.PASSWORD_CHANGED: letters.password_changed,
        MailKind.EMAIL_CHANGED: letters.email_changed,
    }


def gap_seconds(ceiling_per_minute: int) -> float:
    """How long the worker waits between two mails, in seconds."""
    return min(LONGEST_GAP_SECONDS, 60 / ceiling_per_minute / BURST)


def worker(config: Settings, database: Database, writers_by_kind: dict[MailKind, Writer], world: World) -> Worker:
    """The mail worker, for the portal and for `mail work`."""
    return Worker(
        WorkerParts(
            database=database,
            mailer=mailer(config),
            sender=Sender(config.mail_from, config.support_email),
            writers=writers_by_kind,
            clock=world.now,
            ceiling_per_minute=config.limit_mail_ceiling_per_minute,
            lease=timedelta(seconds=config.mail_lease_seconds),
            gap_seconds=gap_seconds(config.limit_mail_ceiling_per_minute),
            chance=world.chance,
        )
    )
