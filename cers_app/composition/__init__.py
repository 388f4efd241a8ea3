"""The composition root builds every part from a configuration and a world. Only this room knows all the parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import SessionRule, Sessions
from cers_app.background.pools import HashingPool, LowPriorityPool, SpeakingPool
from cers_app.composition import mail, verification
from cers_app.composition.world import REAL
from cers_app.mail.outbox import MailKind
from cers_app.mail_request.flow import AskingRule
from cers_app.mail_request.native import NativeRequests
from cers_app.mail_request.store import MailRule, RequestStore
from cers_app.recover_username.flow import RecoverUsername
from cers_app.reset_password.flow import PasswordReset, ResetRequest, ResetRule
from cers_app.reset_password.store import ResetStore
from cers_app.settings import Disclosure, Settings
from cers_app.sign_in.flow import SignIn
from cers_app.sign_in.store import SignInStore
from cers_app.storage import kill_points
from cers_app.storage.database import Database
from cers_app.storage.parts import StoreParts
from cers_app.storage.throttle import FailureRule, FailureThrottle, Limits, TrafficThrottle
from cers_app.upkeep.housekeeping import Housekeeping, KeepRule
from cers_app.values.digests import IdentifierHash, KeyedHash
from cers_app.values.world import World
from cers_app.verification.answers import Purpose
from cers_app.web.cookies import BROWSER_SECONDS
from cers_app.your_account.flow import YourAccount
from cers_app.your_account.store import AccountStore


def build(config: Settings, world: World = REAL, passwords: Passwords | None = None) -> Iterator[object]:
    """Every object that `provided` gives pages, routes and commands. Tests pass a world and cheaper `passwords`."""
    kill_points.arm(config)
    shared = _Shared.of(config, world, passwords or Passwords(runs=LowPriorityPool(config.hashing_workers).run))
    parts, database = shared.parts, shared.parts.database
    yield from (world, database, parts.hashed, shared.passwords, shared.sessions)
    yield KnownBrowsers(database, world.now)
    yield NativeRequests(database, parts.hashed, world.now)
    yield _limits(config, world)
    yield HashingPool(config.hashing_workers, config.hashing_queue, is_limited=config.qa_limits)
    yield SpeakingPool()
    yield _sign_in(shared)
    yield YourAccount(
        AccountStore(parts, shared.sessions), shared.passwords, shared.failures, config.password_min, world.now
    )
    yield from _journeys(shared)
    yield mail.worker(config, world, database)
    yield Housekeeping(database, _keep(shared), world.now)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The parts that several flows share. A shared limit counts the requests of all these flows together."""

    config: Settings
    world: World
    parts: StoreParts
    keyed: KeyedHash
    passwords: Passwords
    sessions: Sessions
    session_rule: SessionRule
    failure_rule: FailureRule
    failures: FailureThrottle

    @classmethod
    def of(cls, config: Settings, world: World, passwords: Passwords) -> "_Shared":
        database, keyed = Database(config.sqlalchemy_url), KeyedHash(config.secret_key.get_secret_value())
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
        longest_delay = timedelta(seconds=config.mail_delay_seconds)
        return cls(
            config=config,
            world=world,
            parts=StoreParts(
                database, IdentifierHash(keyed), world.new_id, world.now, lambda: longest_delay * world.chance()
            ),
            keyed=keyed,
            passwords=passwords,
            sessions=Sessions(database, session_rule, world.now, world.new_token),
            session_rule=session_rule,
            failure_rule=failures,
            failures=FailureThrottle(database, failures, on=config.qa_limits),
        )


def _limits(config: Settings, world: World) -> Limits:
    return Limits(
        pictures=_a_minute(config, world, config.limit_pictures_per_minute),
        sounds=_a_minute(config, world, config.limit_sounds_per_minute),
        requests=_a_minute(config, world, config.limit_requests_per_minute),
    )


def _a_minute(config: Settings, world: World, number: int) -> TrafficThrottle:
    return TrafficThrottle(RateLimitItemPerMinute(number), world.now, on=config.qa_limits)


def _sign_in(shared: _Shared) -> SignIn:
    config, parts = shared.config, shared.parts
    return SignIn(
        accounts=SignInStore(parts.database, shared.sessions, parts.hashed, parts.clock, shared.failure_rule),
        passwords=shared.passwords,
        traffic=_a_minute(config, shared.world, config.limit_sign_in_per_minute),
        failures=shared.failures,
        clock=parts.clock,
    )


def _journeys(shared: _Shared) -> Iterator[object]:
    """Asking for a username, asking for a link, and choosing a new password. All share one limit per IP address."""
    config, parts = shared.config, shared.parts
    life, gap = timedelta(minutes=config.reset_link_minutes), timedelta(seconds=config.limit_mail_gap_seconds)
    traffic = TrafficThrottle(RateLimitItemPerHour(config.limit_mail_per_hour), parts.clock, on=config.qa_limits)
    limit = MailRule(gap, config.limit_mail_per_link, life) if config.qa_limits else None
    rule = AskingRule(gap, life, is_classic=config.disclosure is Disclosure.CLASSIC)
    challenges = verification.challenges(config, parts.database, shared.keyed, shared.world)
    yield challenges
    yield RecoverUsername(
        tables=RequestStore(parts, MailKind.USERNAME_REMINDER, limit),
        traffic=traffic,
        verify=challenges.for_page(Purpose.RECOVER_USERNAME),
        rule=rule,
        clock=parts.clock,
    )
    yield ResetRequest(
        tables=RequestStore(parts, MailKind.RESET_LINK, limit),
        traffic=traffic,
        verify=challenges.for_page(Purpose.RESET_PASSWORD),
        rule=rule,
        clock=parts.clock,
    )
    yield PasswordReset(
        tables=ResetStore(parts, limit),
        traffic=traffic,
        hash_password=shared.passwords.hash,
        rule=ResetRule(config.password_min, timedelta(minutes=config.reset_cookie_minutes)),
        clock=parts.clock,
    )


def _keep(shared: _Shared) -> KeepRule:
    return KeepRule(
        audit=timedelta(days=shared.config.keep_audit_days),
        ended=timedelta(days=shared.config.keep_days),
        browsers=timedelta(seconds=BROWSER_SECONDS),
        sessions=shared.session_rule,
        failures=shared.failure_rule,
    )
