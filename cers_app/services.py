"""The composition root: builds the flows from real parts. Nobody else does."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from cers_app import kill_points, mail_services, throttle, verification_services
from cers_app.account.flow import AccountDesk
from cers_app.account.store import AccountStore
from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import SessionRule, Sessions
from cers_app.database import Database
from cers_app.digests import KeyedHash
from cers_app.housekeeping import Housekeeping, KeepRule
from cers_app.lanes import Background, Lane, hashing_lane
from cers_app.mail.outbox import MailKind
from cers_app.mail.worker import Worker
from cers_app.mail_request.flow import AskingRule, MailRequest
from cers_app.mail_request.native import NativeRequests
from cers_app.mail_request.outcomes import RequestForm
from cers_app.mail_request.store import MailRule, RequestStore
from cers_app.outside import new_id, new_token, now
from cers_app.parts import StoreParts
from cers_app.recover_username.flow import by_email_alone
from cers_app.reset_password.flow import PasswordReset, ResetRule
from cers_app.reset_password.store import ResetStore
from cers_app.settings import Settings, settings
from cers_app.settings_fields import Disclosure
from cers_app.sign_in.flow import SignIn
from cers_app.sign_in.store import SignInStore
from cers_app.throttle import FailureRule, FailureThrottle, TrafficThrottle
from cers_app.verification.challenge import Challenges
from cers_app.verification.models import Answer, Given, Purpose
from cers_app.visitor import Visitor
from cers_app.web.cookies import BROWSER_SECONDS


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages, routes and commands use."""

    database: Database
    hashed: Callable[[str], str]
    passwords: Passwords
    sessions: Sessions
    known_browsers: KnownBrowsers
    challenges: Challenges
    pictures: TrafficThrottle
    sounds: TrafficThrottle
    requests: TrafficThrottle
    sign_in: SignIn
    username_request: MailRequest
    link_request: MailRequest
    native_requests: NativeRequests
    password_reset: PasswordReset
    account: AccountDesk
    worker: Worker
    hashing: Lane
    speaking: Lane
    housekeeping: Housekeeping


def build(config: Settings, passwords: Passwords | None = None) -> Services:
    """Build the services for a configuration; tests pass cheaper `passwords`."""
    kill_points.arm(config)
    shared = _Shared.of(config, passwords or Passwords(runs=Background(config.hashing_workers).run))
    database = shared.parts.database
    writers = mail_services.writers(config, database, token=new_token, new_id=new_id, clock=now)
    return Services(
        database=database,
        hashed=shared.parts.hashed,
        passwords=shared.passwords,
        sessions=shared.sessions,
        known_browsers=KnownBrowsers(database, now),
        challenges=shared.challenges,
        pictures=_a_minute(config, config.limit_pictures_per_minute),
        requests=_a_minute(config, config.limit_requests_per_minute),
        sign_in=_sign_in(shared),
        username_request=_request(
            shared, MailKind.USERNAME_REMINDER, Purpose.RECOVER_USERNAME, by_email_alone(shared.asking)
        ),
        link_request=_request(shared, MailKind.RESET_LINK, Purpose.RESET_PASSWORD, shared.asking),
        native_requests=NativeRequests(database, shared.parts.hashed, now),
        password_reset=_password_reset(shared),
        account=AccountDesk(
            AccountStore(shared.parts, shared.sessions), shared.passwords, shared.failures, config.password_min, now
        ),
        worker=mail_services.worker(config, database, writers, now),
        hashing=hashing_lane(config.hashing_workers, config.hashing_queue, is_limited=config.qa_limits),
        speaking=Lane("speaking", 1, 8, most_for_one=2),
        sounds=_a_minute(config, config.limit_sounds_per_minute),
        housekeeping=Housekeeping(database, _keep(shared), now),
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What several flows are built from; the limits among it count for all of them together."""

    config: Settings
    parts: StoreParts
    passwords: Passwords
    sessions: Sessions
    challenges: Challenges
    session_rule: SessionRule
    failure_rule: FailureRule
    failures: FailureThrottle
    mail_traffic: TrafficThrottle
    mail_rule: MailRule | None
    asking: AskingRule

    @classmethod
    def of(cls, config: Settings, passwords: Passwords) -> "_Shared":
        database, keyed = Database(config.sqlalchemy_url), KeyedHash(config.secret_key.get_secret_value())
        life, gap = timedelta(minutes=config.reset_link_minutes), timedelta(seconds=config.limit_mail_gap_seconds)
        session_rule = SessionRule(
            idle=timedelta(minutes=config.session_idle_minutes),
            longest=timedelta(hours=config.session_hours),
            claim=timedelta(seconds=config.session_claim_seconds),
        )
        failures = FailureRule(
            failures=config.limit_sign_in_failures,
            window=timedelta(minutes=config.limit_sign_in_window_minutes),
            longest=timedelta(minutes=config.limit_sign_in_delay_minutes),
            first=timedelta(seconds=config.limit_sign_in_first_delay_seconds),
        )
        return cls(
            config=config,
            parts=StoreParts(database, lambda key: keyed("identifier", key), new_id, now, _delay(config)),
            passwords=passwords,
            sessions=Sessions(database, session_rule, now, new_token),
            challenges=verification_services.challenges(config, database, keyed),
            session_rule=session_rule,
            failure_rule=failures,
            failures=FailureThrottle(database, failures, on=config.qa_limits),
            mail_traffic=TrafficThrottle(throttle.per_hour(config.limit_mail_per_hour), now, on=config.qa_limits),
            mail_rule=MailRule(gap, config.limit_mail_per_link, life) if config.qa_limits else None,
            asking=AskingRule(gap, life, is_classic=config.disclosure is Disclosure.CLASSIC),
        )

    def verify(self, purpose: Purpose) -> Callable[[RequestForm, Visitor], Answer]:
        """Checks and burns the characters of one page."""
        check = self.challenges.check
        return lambda form, visitor: check(form.challenge, Given(form.characters, form.proof), purpose, visitor.browser)


def _keep(shared: _Shared) -> KeepRule:
    return KeepRule(
        audit=timedelta(days=shared.config.keep_audit_days),
        ended=timedelta(days=shared.config.keep_days),
        browsers=timedelta(seconds=BROWSER_SECONDS),
        sessions=shared.session_rule,
        failures=shared.failure_rule,
    )


def _a_minute(config: Settings, number: int) -> TrafficThrottle:
    return TrafficThrottle(throttle.per_minute(number), now, on=config.qa_limits)


def _delay(config: Settings) -> Callable[[], timedelta]:
    longest = int(config.mail_delay_seconds * 1000)
    return lambda: timedelta(milliseconds=secrets.randbelow(longest + 1))


@lru_cache(maxsize=1)
def services() -> Services:
    """The services of this process, built at first use."""
    return build(settings())


def _sign_in(shared: _Shared) -> SignIn:
    config = shared.config
    return SignIn(
        accounts=SignInStore(shared.parts.database, shared.sessions, shared.parts.hashed, now, shared.failure_rule),
        passwords=shared.passwords,
        traffic=_a_minute(config, config.limit_sign_in_per_minute),
        failures=shared.failures,
        clock=now,
    )


def _request(shared: _Shared, kind: MailKind, purpose: Purpose, rule: AskingRule) -> MailRequest:
    return MailRequest(
        tables=RequestStore(shared.parts, kind, shared.mail_rule),
        traffic=shared.mail_traffic,
        verify=shared.verify(purpose),
        rule=rule,
        clock=now,
    )


def _password_reset(shared: _Shared) -> PasswordReset:
    return PasswordReset(
        tables=ResetStore(shared.parts, shared.mail_rule),
        traffic=shared.mail_traffic,
        hash_password=shared.passwords.hash,
        rule=ResetRule(shared.config.password_min, timedelta(minutes=shared.config.reset_cookie_minutes)),
        clock=now,
    )
