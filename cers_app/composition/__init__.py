"""The composition root builds every part from a configuration and a world. Only this room knows all the parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond

from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import SessionRule, Sessions
from cers_app.background.pools import DecidingPool, HashingPool, JudgingPool, LowPriorityPool, SpeakingPool
from cers_app.composition import mail
from cers_app.composition.world import REAL
from cers_app.mail.invitations import Invitations
from cers_app.mail.outbox import MailKind
from cers_app.mail_request.flow import AskingRule
from cers_app.mail_request.native import NativeRequests
from cers_app.mail_request.store import MailRule, RequestStore
from cers_app.new_password.common import Blocklist
from cers_app.new_password.judge import Judge
from cers_app.not_me.flow import NotMe
from cers_app.not_me.store import NotMeStore
from cers_app.recover_username.flow import RecoverUsername
from cers_app.reset_password.flow import PasswordReset, ResetRequest
from cers_app.reset_password.store import ResetStore
from cers_app.settings import Disclosure, Settings
from cers_app.sign_in.flow import SignIn
from cers_app.sign_in.store import SignInRules, SignInStore
from cers_app.storage import kill_points
from cers_app.storage.database import Database
from cers_app.storage.guesses import GuessesRule, GuessesThrottle
from cers_app.storage.throttle import FailureRule, FailureThrottle, Limits, OfficeRule, OfficeThrottle, TrafficThrottle
from cers_app.upkeep.housekeeping import Housekeeping, KeepRule
from cers_app.values.digests import IdentifierHash, KeyedHash
from cers_app.values.world import World
from cers_app.verification.challenge import Challenges
from cers_app.web.cookies import BROWSER_SECONDS
from cers_app.your_account.flow import YourAccount
from cers_app.your_account.store import AccountStore

PRESSES, QUESTIONS = RateLimitItemPerMinute(10), RateLimitItemPerSecond(5, 5)
"""New passwords of one account: those that are sent, and those that the page asks about.

The page asks at most once a second, and a second tab may do the same for a moment. Each answer takes up to 0.9 s.
"""


def build(config: Settings, world: World = REAL, passwords: Passwords | None = None) -> Iterator[object]:
    """Every object that `provided` gives pages, routes and commands. Tests pass a world and cheaper `passwords`."""
    shared = _Shared.of(config, world, passwords or Passwords(runs=LowPriorityPool(config.hashing_workers).run))
    database, hashed = shared.database, shared.hashed
    kill_points.arm(config, database)
    yield from (world, database, hashed, shared.passwords, shared.sessions, shared.blocklist)
    yield KnownBrowsers(database, world.now)
    yield NativeRequests(database, hashed, world.now)
    yield shared.limits
    yield HashingPool("hashing", config.hashing_workers, config.hashing_queue, is_limited=config.qa_limits)
    yield DecidingPool("deciding", 1, config.hashing_queue, is_limited=config.qa_limits)
    yield SpeakingPool("speaking")
    yield JudgingPool("judging")
    yield from _sign_in(shared)
    yield (account := AccountStore(world, database, hashed, shared.sessions))
    yield YourAccount(account, shared.passwords, shared.failures, shared.judge, world.now)
    yield from _journeys(shared)
    yield NotMe(NotMeStore(world, database))
    yield mail.worker(config, world, database)
    yield Invitations(world, database, config.limit_mail_ceiling_per_minute)
    yield Housekeeping(database, _keep(shared), world.now)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The parts that several flows share. A shared limit counts the requests of all these flows together."""

    config: Settings
    world: World
    database: Database
    keyed: KeyedHash
    hashed: IdentifierHash
    passwords: Passwords
    sessions: Sessions
    session_rule: SessionRule
    failure_rule: FailureRule
    guesses_rule: GuessesRule
    failures: FailureThrottle
    blocklist: Blocklist
    limits: Limits
    judge: Judge

    @classmethod
    def of(cls, config: Settings, world: World, passwords: Passwords) -> "_Shared":
        secrets = (each.get_secret_value() for each in (config.secret_key, config.secret_key_previous))
        database, keyed = Database(config.sqlalchemy_url), KeyedHash(*secrets)
        session_rule = SessionRule(idle=config.session_idle, longest=config.session_longest, claim=config.session_claim)
        failures = FailureRule(
            failures=config.limit_sign_in_failures,
            window=config.limit_sign_in_window,
            longest=config.limit_sign_in_delay,
            first=config.limit_sign_in_first_delay,
        )
        blocklist = Blocklist(Path(config.password_blocklist) if config.password_blocklist else None)
        limits = _limits(config, world)
        return cls(
            config=config,
            world=world,
            database=database,
            keyed=keyed,
            hashed=IdentifierHash(keyed),
            passwords=passwords,
            sessions=Sessions(database, session_rule, world.now, world.new_token),
            session_rule=session_rule,
            failure_rule=failures,
            guesses_rule=GuessesRule(config.limit_guesses, config.limit_guesses_window, config.limit_guesses_per_day),
            failures=FailureThrottle(database, failures, on=config.qa_limits),
            blocklist=blocklist,
            limits=limits,
            judge=Judge(
                config.password_min,
                blocklist=blocklist,
                presses=limits.presses,
                questions=TrafficThrottle(QUESTIONS, world.now, on=config.qa_limits),
            ),
        )


def _limits(config: Settings, world: World) -> Limits:
    return Limits(
        pictures=_a_minute(config, world, config.limit_pictures_per_minute),
        sounds=_a_minute(config, world, config.limit_sounds_per_minute),
        requests=_a_minute(config, world, config.limit_requests_per_minute),
        presses=TrafficThrottle(PRESSES, world.now, on=config.qa_limits),
    )


def _a_minute(config: Settings, world: World, number: int) -> TrafficThrottle:
    return TrafficThrottle(RateLimitItemPerMinute(number), world.now, on=config.qa_limits)


def _sign_in(shared: _Shared) -> Iterator[object]:
    config = shared.config
    rules = SignInRules(shared.failure_rule, shared.guesses_rule)
    yield (accounts := SignInStore(shared.database, shared.sessions, shared.hashed, shared.world, rules))
    yield SignIn(
        accounts=accounts,
        passwords=shared.passwords,
        traffic=_a_minute(config, shared.world, config.limit_sign_in_per_minute),
        failures=shared.failures,
        guesses=GuessesThrottle(shared.database, rules.guesses, on=config.qa_limits),
        clock=shared.world.now,
    )


def _journeys(shared: _Shared) -> Iterator[object]:
    """Asking for a username, asking for a link, and choosing a new password. All share one limit per IP address."""
    config, world = shared.config, shared.world
    office = OfficeThrottle(_office(config), world.now, on=config.qa_limits)
    limit = MailRule(config.limit_mail_gap, config.limit_mail_per_link, config.reset_link) if config.qa_limits else None
    rule = AskingRule(config.limit_mail_gap, config.reset_link, is_classic=config.disclosure is Disclosure.CLASSIC)
    stored, delay = (world, shared.database, shared.hashed), config.mail_delay
    reminders = RequestStore(*stored, MailKind.USERNAME_REMINDER, limit, delay)
    resets = ResetStore(*stored, MailKind.RESET_LINK, limit, delay)
    challenges = Challenges(world, shared.database, shared.keyed, config.challenge_life, config.qa_characters)
    yield from (challenges, reminders, resets, office)
    yield RecoverUsername(
        tables=reminders,
        office=office,
        verification=challenges,
        rule=rule,
        clock=world.now,
    )
    yield ResetRequest(
        tables=resets,
        office=office,
        verification=challenges,
        rule=rule,
        clock=world.now,
    )
    yield PasswordReset(
        tables=resets,
        office=office,
        hash_password=shared.passwords.hash,
        judge=shared.judge,
        again_after=config.limit_mail_gap,
        clock=world.now,
    )


def _office(config: Settings) -> OfficeRule:
    return OfficeRule(
        free=config.limit_mail_per_hour,
        most=config.limit_mail_per_hour_most,
        failed=config.limit_characters_per_hour,
        whole=config.limit_mail_per_hour_in_all,
        trusted=config.limit_trusted_networks,
    )


def _keep(shared: _Shared) -> KeepRule:
    return KeepRule(
        audit=shared.config.keep_audit,
        ended=shared.config.keep_ended,
        browsers=timedelta(seconds=BROWSER_SECONDS),
        sessions=shared.session_rule,
        failures=shared.failure_rule,
        guesses=shared.guesses_rule,
    )
