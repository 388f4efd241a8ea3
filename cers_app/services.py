"""The composition root: builds the flows from real parts. Nobody else does."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cers_app import throttle
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import SessionRule, Sessions
from cers_app.database import Database
from cers_app.digests import KeyedHash
from cers_app.lanes import Lane
from cers_app.mail.mailer import MailboxFolder, Mailer, Sender
from cers_app.mail.outbox import MailKind
from cers_app.mail.smtp import SmtpMailer, SmtpServer
from cers_app.mail.templates import Letterhead
from cers_app.mail.worker import Worker, WorkerParts
from cers_app.reset_password.flow import PasswordReset
from cers_app.reset_password.messages import MessageParts, PasswordChangedMail, ResetLinkMail
from cers_app.reset_password.outcomes import ResetForm
from cers_app.reset_password.store import MailRule, ResetParts, ResetStore
from cers_app.settings import LOCAL, Settings, settings
from cers_app.sign_in.flow import SignIn
from cers_app.sign_in.store import SignInStore
from cers_app.throttle import FailureRule, FailureThrottle, TrafficThrottle
from cers_app.verification.challenge import ALPHABET, LENGTH, Answer, ChallengeParts, Challenges, Purpose
from cers_app.verification.picture import draw
from cers_app.visitor import Visitor


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A public name of 122 random bits."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages, routes and commands use."""

    database: Database
    passwords: Passwords
    sessions: Sessions
    challenges: Challenges
    sign_in: SignIn
    password_reset: PasswordReset
    worker: Worker
    hashing: Lane


def build(config: Settings, passwords: Passwords | None = None) -> Services:
    """Build the services for a configuration; tests pass cheaper `passwords`."""
    database, keyed = Database(config.sqlalchemy_url), KeyedHash(config.secret_key.get_secret_value())
    passwords = passwords or Passwords()
    sessions = Sessions(
        database,
        SessionRule(
            idle=timedelta(minutes=config.session_idle_minutes),
            longest=timedelta(hours=config.session_hours),
            claim=timedelta(seconds=config.session_claim_seconds),
        ),
        now,
        new_token,
    )
    challenges = Challenges(
        database,
        keyed,
        timedelta(minutes=config.challenge_minutes),
        ChallengeParts(characters=lambda: config.qa_characters or characters(), draw=draw, new_id=new_id, clock=now),
    )
    return Services(
        database=database,
        passwords=passwords,
        sessions=sessions,
        challenges=challenges,
        sign_in=_sign_in(config, database, keyed, sessions, passwords),
        password_reset=_password_reset(config, database, keyed, challenges, passwords),
        worker=_worker(config, database),
        hashing=Lane("hashing", config.hashing_workers, config.hashing_queue),
    )


@lru_cache(maxsize=1)
def services() -> Services:
    """The services of this process, built at first use."""
    return build(settings())


def characters() -> str:
    """New verification characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _sign_in(
    config: Settings, database: Database, keyed: KeyedHash, sessions: Sessions, passwords: Passwords
) -> SignIn:
    rule = FailureRule(
        failures=config.limit_sign_in_failures,
        window=timedelta(minutes=config.limit_sign_in_window_minutes),
        longest=timedelta(minutes=config.limit_sign_in_delay_minutes),
    )

    def hashed(key: str) -> str:
        return keyed("identifier", key)

    return SignIn(
        accounts=SignInStore(database, sessions, hashed, now),
        passwords=passwords,
        traffic=TrafficThrottle(throttle.per_minute(config.limit_sign_in_per_minute), now, on=config.qa_limits),
        failures=FailureThrottle(database, rule, on=config.qa_limits),
        hashed=hashed,
        clock=now,
    )


def _password_reset(
    config: Settings, database: Database, keyed: KeyedHash, challenges: Challenges, passwords: Passwords
) -> PasswordReset:
    rule = MailRule(
        gap=timedelta(seconds=config.limit_mail_gap_seconds),
        most=config.limit_mail_per_link,
        life=timedelta(minutes=config.reset_link_minutes),
    )
    parts = ResetParts(database, lambda key: keyed("identifier", key), new_id, now)

    def verify(form: ResetForm, visitor: Visitor) -> Answer:
        return challenges.check(form.challenge, form.characters, Purpose.RESET_PASSWORD, visitor.browser)

    return PasswordReset(
        tables=ResetStore(parts, rule if config.qa_limits else None),
        traffic=TrafficThrottle(throttle.per_hour(config.limit_mail_per_hour), now, on=config.qa_limits),
        verify=verify,
        hash_password=passwords.hash,
        shortest=config.password_min,
        clock=now,
    )


def mailer(config: Settings) -> Mailer:
    """Real SMTP where a server is set, else the development mailbox."""
    if not config.smtp_host:
        return MailboxFolder(mailbox_folder(config))
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


def mailbox_folder(config: Settings) -> Path:
    """Where mail goes without a mail server."""
    return LOCAL / "mailbox" / config.mode


def _worker(config: Settings, database: Database) -> Worker:
    letterhead = Letterhead(
        base_url=config.base_url,
        label=config.portal_label,
        support=config.support_email,
        id_domain=config.mail_from.rpartition("@")[2],
    )
    parts = MessageParts(database, letterhead, new_token, new_id, now, timedelta(minutes=config.reset_link_minutes))
    return Worker(
        WorkerParts(
            database=database,
            mailer=mailer(config),
            sender=Sender(config.mail_from, config.support_email),
            writers={MailKind.RESET_LINK: ResetLinkMail(parts), MailKind.PASSWORD_CHANGED: PasswordChangedMail(parts)},
            clock=now,
            ceiling_per_minute=config.limit_mail_ceiling_per_minute,
        )
    )
