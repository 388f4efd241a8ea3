"""Every setting of the portal: name, default, unit and what is refused. The README lists the same table."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from cers_app.settings_fields import DEVELOPMENT_KEY, Mode, SettingsFields, SmtpSecurity
from cers_app.values.loopback import is_loopback

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"

SHORTEST_KEY = 32
SHORTEST_LEASE = 120


class Settings(SettingsFields):
    """The portal's settings, read once from `CERS_…` in the environment and from `.env`.

    Raises `pydantic.ValidationError` naming the setting when one is wrong, unknown or unsafe.
    """

    model_config = SettingsConfigDict(
        env_prefix="CERS_", env_file=ROOT / ".env", extra="forbid", frozen=True, env_ignore_empty=True
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
