"""Every setting of the portal: name, default, unit and what is refused. The README lists the same table."""

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cers_app.values.loopback import is_loopback

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"

SHORTEST_KEY = 32
SHORTEST_LEASE = 120
DEVELOPMENT_KEY = "development-only-key-never-use-it-in-production"


class Mode(StrEnum):
    """What the portal is started for; each mode has a database of its own."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Disclosure(StrEnum):
    """What the pages tell of a typed username."""

    UNIFORM = "uniform"
    CLASSIC = "classic"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected; `plain` is for loopback alone."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


class Settings(BaseSettings):
    """The portal's settings, read once from `CERS_…` in the environment and from `.env`.

    Raises `pydantic.ValidationError` naming the setting when one is wrong, unknown or unsafe.
    """

    model_config = SettingsConfigDict(
        env_prefix="CERS_", env_file=ROOT / ".env", extra="forbid", frozen=True, env_ignore_empty=True
    )

    mode: Mode = Field(Mode.PRODUCTION, description="`development`, `test` or `production`")
    portal_label: str = Field("", max_length=40, description="`Training`: `[Training]` on subjects, a banner on pages")
    demo_notice: bool = Field(
        default=True, description="every page says that it is not a site of the State of California"
    )
    port: int = Field(3000, ge=1, le=65535, description="one port for pages, events and routes")
    bind: str = Field("127.0.0.1", description="address to listen on")
    public_url: str = Field(
        "", description="base of every link; empty: `http://localhost:<port>`; production refuses anything but https"
    )
    secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_KEY),
        description="key of the keyed hashes, at least 32 characters; production refuses a missing one",
    )
    database_url: str = Field("", description="`sqlite:///` and a path; empty: `.local/<mode>.db`")
    smtp_host: str = Field("", description="mail server; empty: the development mailbox; production refuses that")
    smtp_port: int = Field(587, ge=1, le=65535, description="mail server's port")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="`starttls`, `tls` or `plain` (loopback)")
    smtp_username: str = Field("", description="mail server's login; empty: no login")
    smtp_password: SecretStr = Field(SecretStr(""), description="mail server's password")
    mail_from: str = Field("cers@calepa.ca.gov", description="the one sender of every mail, named on the pages too")
    support_email: str = Field("cers@calepa.ca.gov", description="the one address for help")
    disclosure: Disclosure = Field(
        Disclosure.UNIFORM,
        description="`classic`: the page shows the mask of a known username's address and says when there is none",
    )
    mail_interval_seconds: float = Field(1.0, gt=0, le=60, description="how often the mail worker looks, in seconds")
    mail_delay_seconds: float = Field(
        3.0,
        ge=0,
        le=60,
        description="a requested mail waits up to so long, at random: its order among others tells nothing; in seconds",
    )
    mail_lease_seconds: int = Field(
        120, ge=1, le=600, description="a worker that is silent for so long is taken for dead; in seconds"
    )
    mail_worker: bool = Field(
        default=True, description="`false`: no worker inside the portal; run `mail work` beside it"
    )
    reset_link_minutes: int = Field(60, ge=15, le=1440, description="life of a mailed link, in minutes, not under 15")
    reset_cookie_minutes: int = Field(15, ge=5, le=60, description="life of the cookie an opened link sets, in minutes")
    challenge_minutes: int = Field(10, ge=1, le=60, description="life of the verification characters, in minutes")
    trusted_hops: int = Field(
        0, ge=0, le=10, description="proxies whose X-Forwarded-For is believed; production must set it"
    )
    limit_sign_in_failures: int = Field(5, ge=1, description="failures for a username before delays begin")
    limit_sign_in_window_minutes: int = Field(5, ge=1, description="time in which those failures count, in minutes")
    limit_sign_in_first_delay_seconds: int = Field(30, ge=1, description="first of the growing delays, in seconds")
    limit_sign_in_delay_minutes: int = Field(15, ge=1, description="longest of the growing delays, in minutes")
    limit_sign_in_per_minute: int = Field(20, ge=1, description="sign-in attempts a minute an IP address")
    limit_sockets: int = Field(5000, ge=1, description="open pages (sockets) in all")
    limit_sockets_per_ip: int = Field(200, ge=1, description="open pages (sockets) an IP address")
    limit_events_per_minute: int = Field(240, ge=10, description="events a minute on one open page")
    limit_kilobytes_per_minute: int = Field(
        4096, ge=256, description="kilobytes a minute from all open pages of an IP address"
    )
    limit_requests_per_minute: int = Field(1200, ge=10, description="requests a minute an IP address, assets apart")
    limit_sounds_per_minute: int = Field(10, ge=1, description="spoken verification digits a minute an IP address")
    limit_pictures_per_minute: int = Field(120, ge=1, description="verification pictures a minute an IP address")
    limit_mail_gap_seconds: int = Field(
        60, ge=0, description="between two mails of a kind, and **Send it again**, seconds"
    )
    limit_mail_per_link: int = Field(3, ge=1, description="mails of a kind for an identifier in a link's life")
    limit_mail_per_hour: int = Field(20, ge=1, description="requests for mail an hour an IP address")
    limit_no_account_mail_hours: int = Field(
        24, ge=1, description="shortest time between two mails to an address without an account, in hours"
    )
    limit_mail_ceiling_per_minute: int = Field(300, ge=1, description="mails a minute in all; more wait in the queue")
    password_min: int = Field(15, ge=8, le=64, description="shortest password, in characters, not under 8")
    session_idle_minutes: int = Field(30, ge=1, description="a session ends after this many minutes without use")
    session_hours: int = Field(12, ge=1, description="a session ends after this many hours in any case")
    session_claim_seconds: int = Field(30, ge=5, le=120, description="life of the one-time sign-in code, in seconds")
    hashing_workers: int = Field(2, ge=1, le=64, description="passwords hashed at once (64 MiB each)")
    hashing_queue: int = Field(64, ge=1, description="sign-ins that may wait for that; more are refused at once")
    metrics_port: int = Field(0, ge=0, le=65535, description="port on 127.0.0.1 for Prometheus metrics; 0: none")
    qa_characters: str = Field("", description="`test` mode only: the text of every verification picture")
    qa_limits: bool = Field(default=True, description="`off` in `test` mode only: no limits (load tests)")
    qa_kill_file: str = Field("", description="`test` mode only: a file that names where the process is to die")
    keep_audit_days: int = Field(400, ge=30, description="audit rows are deleted after so many days")
    keep_days: int = Field(
        30, ge=1, description="sent and failed mails, ended links and sessions are deleted after so many days"
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_names(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic hands over anything
        known = {f"CERS_{name}".upper() for name in cls.model_fields}
        unknown = sorted(name for name in os.environ if name.startswith("CERS_") and name not in known)
        if unknown:
            msg = f"unknown setting {', '.join(unknown)}"
            raise ValueError(msg)
        return data

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> list[str]:
        found = self._problems_of_production() if self.mode is Mode.PRODUCTION else self._problems_off_production()
        if self.mode is not Mode.TEST and (self.qa_characters or self.qa_kill_file or not self.qa_limits):
            found.append("CERS_QA_CHARACTERS, CERS_QA_KILL_FILE and CERS_QA_LIMITS=off belong to CERS_MODE=test alone")
        if self.mode is not Mode.TEST and self.mail_lease_seconds < SHORTEST_LEASE:
            found.append(f"CERS_MAIL_LEASE_SECONDS must be at least {SHORTEST_LEASE}: one mail may take as long")
        if self.smtp_security is SmtpSecurity.PLAIN and self.smtp_host and not is_loopback(self.smtp_host):
            found.append("CERS_SMTP_SECURITY=plain is for a mail server on loopback alone")
        if not self.sqlalchemy_url.startswith("sqlite:////"):
            found.append(
                "CERS_DATABASE_URL must be sqlite:/// and a path from the root on, as in sqlite:////var/lib/x.db"
            )
        if self.metrics_port == self.port:
            found.append("CERS_METRICS_PORT must not be CERS_PORT: metrics are not for everybody")
        return found

    def _problems_of_production(self) -> list[str]:
        key = self.secret_key.get_secret_value()
        checks = {
            "CERS_SECRET_KEY is missing, short (under 32 characters) or the development key": (
                len(key) < SHORTEST_KEY or key == DEVELOPMENT_KEY
            ),
            "CERS_PUBLIC_URL must be set and begin with https://": not (
                self.public_url.startswith("https://") and urlsplit(self.public_url).hostname
            ),
            "CERS_SMTP_HOST must be set: production sends real mail": not self.smtp_host,
            "CERS_TRUSTED_HOPS must be set: how many proxies stand in front": "trusted_hops"
            not in self.model_fields_set,
        }
        return [words for words, wrong in checks.items() if wrong]

    def _problems_off_production(self) -> list[str]:
        checks = {
            f"CERS_BIND must be a loopback address in {self.mode} mode": not is_loopback(self.bind),
            f"CERS_PUBLIC_URL must be a loopback address in {self.mode} mode": not is_loopback(
                urlsplit(self.base_url).hostname or ""
            ),
        }
        return [words for words, wrong in checks.items() if wrong]

    @property
    def base_url(self) -> str:
        """The address people type, without a slash at its end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether cookies may be `Secure` and carry the `__Host-` prefix."""
        return self.base_url.startswith("https://")

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address, a file of this mode's own when none is set."""
        return self.database_url or f"sqlite:///{LOCAL / f'{self.mode}.db'}"

    @property
    def mailbox(self) -> Path:
        """Where mail goes without a mail server, a folder for each mode."""
        return LOCAL / "mailbox" / self.mode

    @property
    def origins(self) -> tuple[str, ...]:
        """The exact origins that may send events and posts; off production both spellings of loopback."""
        if self.mode is Mode.PRODUCTION:
            return (self.base_url,)
        port = urlsplit(self.base_url).port or self.port
        return tuple(dict.fromkeys((self.base_url, f"http://localhost:{port}", f"http://127.0.0.1:{port}")))


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
