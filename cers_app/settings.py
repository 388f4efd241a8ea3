"""Every setting of the portal, with its default, its unit and its limits. The README has the same table."""

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
    """How the portal runs. Each mode has its own database."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Disclosure(StrEnum):
    """How much the pages reveal about a typed username."""

    UNIFORM = "uniform"
    CLASSIC = "classic"


class SmtpSecurity(StrEnum):
    """How the portal protects the connection to the mail server. Only a server on loopback may have `plain`."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


class Settings(BaseSettings):
    """The portal's settings, read once from `CERS_…` in the environment and from `.env`.

    Raises `pydantic.ValidationError`, which names each setting that is wrong, unknown or unsafe.
    """

    model_config = SettingsConfigDict(
        env_prefix="CERS_", env_file=ROOT / ".env", env_ignore_empty=True, frozen=True, use_attribute_docstrings=True
    )

    mode: Mode = Mode.PRODUCTION
    """`development`, `test` or `production`"""
    portal_label: str = Field("", max_length=40)
    """label such as `Training`: `[Training]` in mail subjects, and a banner on pages"""
    demo_notice: bool = True
    """pages and mails say that this is not a site of the State of California"""
    port: int = Field(3000, ge=1, le=65535)
    """the one port for pages, events and routes"""
    bind: str = "127.0.0.1"
    """address to listen on"""
    public_url: str = ""
    """start of every link; `http://localhost:<port>` if empty. Production takes only https"""
    secret_key: SecretStr = SecretStr(DEVELOPMENT_KEY)
    """key for the keyed hashes, at least 32 characters long. Production needs this setting"""
    database_url: str = ""
    """`sqlite:///` and an absolute path; `.local/<mode>.db` if empty"""
    smtp_host: str = ""
    """mail server; the development mailbox if empty. Production needs this setting"""
    smtp_port: int = Field(587, ge=1, le=65535)
    """port of the mail server"""
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    """`starttls`, `tls`, or `plain` (only on loopback)"""
    smtp_username: str = ""
    """login name for the mail server; no login if empty"""
    smtp_password: SecretStr = SecretStr("")
    """password for the mail server"""
    mail_from: str = "cers@calepa.ca.gov"
    """the one sender of every mail. The pages name this address as well"""
    support_email: str = "cers@calepa.ca.gov"
    """the one email address for help"""
    disclosure: Disclosure = Disclosure.UNIFORM
    """`classic`: the page shows a known username's masked address, and says when a username is unknown"""
    mail_interval_seconds: float = Field(1.0, gt=0, le=60)
    """how often the mail worker looks at the queue, in seconds"""
    mail_delay_seconds: float = Field(3.0, ge=0, le=60)
    """longest random delay of a requested mail, in seconds, so the order of mails reveals nothing"""
    mail_lease_seconds: int = Field(120, ge=1, le=600)
    """silence after which a mail worker counts as dead, in seconds"""
    mail_worker: bool = True
    """the portal runs a mail worker. If `false`, run `mail work` beside the portal"""
    reset_link_minutes: int = Field(60, ge=15, le=1440)
    """how long a mailed link works, in minutes (at least 15)"""
    reset_cookie_minutes: int = Field(15, ge=5, le=60)
    """how long the cookie of an opened link lasts, in minutes"""
    challenge_minutes: int = Field(10, ge=1, le=60)
    """how long verification characters work, in minutes"""
    trusted_hops: int = Field(0, ge=0, le=10)
    """number of proxies whose X-Forwarded-For the portal trusts. Production needs this setting"""
    limit_sign_in_failures: int = Field(5, ge=1)
    """failed sign-ins for a username before delays begin"""
    limit_sign_in_window_minutes: int = Field(5, ge=1)
    """period in which these failures count, in minutes"""
    limit_sign_in_first_delay_seconds: int = Field(30, ge=1)
    """first delay, in seconds. Each further failure doubles the delay"""
    limit_sign_in_delay_minutes: int = Field(15, ge=1)
    """longest delay, in minutes"""
    limit_sign_in_per_minute: int = Field(20, ge=1)
    """sign-in attempts per minute from one IP address"""
    limit_sockets: int = Field(5000, ge=1)
    """open pages (sockets) in total"""
    limit_sockets_per_ip: int = Field(200, ge=1)
    """open pages (sockets) of one IP address"""
    limit_events_per_minute: int = Field(240, ge=10)
    """events per minute on one open page"""
    limit_kilobytes_per_minute: int = Field(4096, ge=256)
    """kilobytes per minute from all open pages of one IP address"""
    limit_requests_per_minute: int = Field(1200, ge=10)
    """requests per minute from one IP address, except for assets"""
    limit_sounds_per_minute: int = Field(10, ge=1)
    """spoken verification digits per minute for one IP address"""
    limit_pictures_per_minute: int = Field(120, ge=1)
    """verification pictures per minute for one IP address"""
    limit_mail_gap_seconds: int = Field(60, ge=0)
    """shortest time between two mails of a kind, and before **Send it again** works, in seconds"""
    limit_mail_per_link: int = Field(3, ge=1)
    """mails of a kind for one identifier within the life of a link"""
    limit_mail_per_hour: int = Field(20, ge=1)
    """requests for mail per hour from one IP address"""
    limit_no_account_mail_hours: int = Field(24, ge=1)
    """shortest time between two mails to an address without an account, in hours"""
    limit_mail_ceiling_per_minute: int = Field(300, ge=1)
    """mails per minute in total. Further mails wait in the queue"""
    password_min: int = Field(15, ge=8, le=64)
    """shortest password, in characters (at least 8)"""
    session_idle_minutes: int = Field(30, ge=1)
    """a session ends after this many minutes without use"""
    session_hours: int = Field(12, ge=1)
    """a session ends after this many hours, even if it is in use"""
    session_claim_seconds: int = Field(30, ge=5, le=120)
    """how long the one-time sign-in code works, in seconds"""
    hashing_workers: int = Field(2, ge=1, le=64)
    """passwords hashed at the same time (64 MiB each)"""
    hashing_queue: int = Field(64, ge=1)
    """sign-ins that may wait for hashing. The portal refuses further sign-ins right away"""
    metrics_port: int = Field(0, ge=0, le=65535)
    """port on 127.0.0.1 for Prometheus metrics; no metrics if 0"""
    qa_characters: str = ""
    """the text of every verification picture (only in `test` mode)"""
    qa_limits: bool = True
    """`off` lifts the limits for load tests (only in `test` mode)"""
    qa_kill_file: str = ""
    """a file that names the point where the process must die (only in `test` mode)"""
    keep_audit_days: int = Field(400, ge=30)
    """the portal deletes audit rows after this many days"""
    keep_days: int = Field(30, ge=1)
    """the portal deletes sent and failed mails and dead links after this many days"""

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_names(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic passes anything
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
            found.append("CERS_QA_CHARACTERS, CERS_QA_KILL_FILE and CERS_QA_LIMITS=off work only in CERS_MODE=test")
        if self.mode is not Mode.TEST and self.mail_lease_seconds < SHORTEST_LEASE:
            found.append(f"CERS_MAIL_LEASE_SECONDS must be at least {SHORTEST_LEASE}: one mail may take that long")
        if self.smtp_security is SmtpSecurity.PLAIN and self.smtp_host and not is_loopback(self.smtp_host):
            found.append("CERS_SMTP_SECURITY=plain works only with a mail server on loopback")
        if not self.sqlalchemy_url.startswith("sqlite:////"):
            found.append("CERS_DATABASE_URL must be sqlite:/// and an absolute path, such as sqlite:////var/lib/x.db")
        if self.metrics_port == self.port:
            found.append("CERS_METRICS_PORT must differ from CERS_PORT: metrics are not public")
        return found

    def _problems_of_production(self) -> list[str]:
        key = self.secret_key.get_secret_value()
        checks = {
            "CERS_SECRET_KEY is missing, too short (under 32 characters) or the development key": (
                len(key) < SHORTEST_KEY or key == DEVELOPMENT_KEY
            ),
            "CERS_PUBLIC_URL must be set and begin with https://": not (
                self.public_url.startswith("https://") and urlsplit(self.public_url).hostname
            ),
            "CERS_SMTP_HOST must be set: production sends real mail": not self.smtp_host,
            "CERS_TRUSTED_HOPS must be set to the number of proxies in front of the portal": "trusted_hops"
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
        """The address that people type, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether cookies may be `Secure` and carry the `__Host-` prefix."""
        return self.base_url.startswith("https://")

    @property
    def sqlalchemy_url(self) -> str:
        """The address of the database, or of this mode's own file if none is set."""
        return self.database_url or f"sqlite:///{LOCAL / f'{self.mode}.db'}"

    @property
    def mailbox(self) -> Path:
        """The folder that takes mail when there is no mail server. Each mode has its own."""
        return LOCAL / "mailbox" / self.mode

    @property
    def origins(self) -> tuple[str, ...]:
        """The exact origins that may send events and posts. Outside production, both spellings of loopback may."""
        if self.mode is Mode.PRODUCTION:
            return (self.base_url,)
        port = urlsplit(self.base_url).port or self.port
        return tuple(dict.fromkeys((self.base_url, f"http://localhost:{port}", f"http://127.0.0.1:{port}")))


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
