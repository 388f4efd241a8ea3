"""Builds the parts that send mail."""

from cers_app.mail.letters import Letterhead, Letters, Sender, StrangerRule, notice
from cers_app.mail.mailer import MailboxFolder, Mailer
from cers_app.mail.outbox import MailKind
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.mail.worker import Pace, Worker
from cers_app.not_me.store import mint
from cers_app.recover_username.messages import reminder
from cers_app.reset_password.messages import ResetLinkMail
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
            sender=config.envelope_sender,
            username=config.smtp_username,
            password=config.smtp_password.get_secret_value(),
            ehlo_host=config.host,
        )
    )


def letters(config: Settings, world: World) -> Letters:
    """Writes every mail of this portal."""
    head = Letterhead.of(config)
    return Letters(
        letterhead=head,
        world=world,
        strangers=StrangerRule(
            gap=config.limit_no_account_mail,
            per_domain=config.limit_no_account_mail_per_domain,
            in_all=config.limit_no_account_mail_per_hour,
        ),
        journeys={
            MailKind.USERNAME_REMINDER: lambda _, mail, account: reminder(head, mail, account),
            MailKind.RESET_LINK: ResetLinkMail(head, world, config.reset_link),
            # Like a journey's letter, because a row may have no recipient.
            MailKind.GUESSED: lambda _, mail, account: notice(head, mail, account),
        },
        not_me=lambda session, mail, account: mint(session, mail, account, world),
    )


def gap_seconds(ceiling_per_minute: int) -> float:
    """How long the worker waits between two mails, in seconds."""
    return min(LONGEST_GAP_SECONDS, 60 / ceiling_per_minute / BURST)


def worker(config: Settings, world: World, database: Database) -> Worker:
    """The mail worker, for the portal and for `mail work`."""
    ceiling = config.limit_mail_ceiling_per_minute
    return Worker(
        world=world,
        database=database,
        mailer=mailer(config),
        sender=Sender(config.mail_from, config.support_email),
        letters=letters(config, world),
        pace=Pace(ceiling, gap_seconds(ceiling), config.mail_lease),
    )
