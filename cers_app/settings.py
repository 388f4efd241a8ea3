"""Every setting of the portal, with its default, its unit and its limits. `docs/settings.md` has the same table."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cers_app.values import env_file
from cers_app.values.hosts import LOOPBACK, address, is_loopback, machine, origin
from cers_app.values.identifiers import is_email
from cers_app.values.invisible import trimmed
from cers_app.values.phones import dialed

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
ENV_FILE = ROOT / ".env"

SHORTEST_KEY = 32
NOT_IN_A_PATH = re.compile(r"[?%$~#\\]|^/*[A-Za-z]:")
"""What a shell, a browser or Windows would read, but SQLite would not. The file would have a name that nobody meant."""
RANDOM = re.compile("(?![$<])[!-~]*")
"""A key of printable ASCII without blanks. An unfilled template often begins with $ or <."""
LARGEST_SECRET = 4_096
"""Bytes in a file that holds a secret."""
LARGEST_LIST = 64_000_000
"""Bytes in a list of passwords. With 8 characters or more per line, the list then takes at most 57 MB of memory."""
SHORTEST_LEASE = 180
LONGEST = timedelta(days=36_500)
"""A longer time, added to today's date, could be more than a date can hold."""
PAGE_URLS = ("continue_url", "regulator_url", "privacy_url", "terms_url")
"""The settings that name pages outside the portal."""
DEVELOPMENT_KEY = "development-only-key-never-use-it-in-production"
BUILDS_PAGES = "PORTAL_BUILDS_PAGES"
"""In the environment of the page build, which must not read the secrets in `.env`."""


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


def _lasting(number: float, name: str) -> timedelta:
    return timedelta(**{name.rpartition("_")[2].lower(): number})


def _read(given: Any, info: ValidationInfo) -> timedelta:  # noqa: ANN401 - pydantic passes anything
    try:
        return given if isinstance(given, timedelta) else _lasting(float(given), Settings.names()[str(info.field_name)])
    except (TypeError, ValueError, OverflowError):
        raise ValueError("must be a number, in the unit that ends the name") from None


def _duration(name: str, default: float, **bounds: float) -> Any:  # noqa: ANN401 - as `Field`
    """A setting that is a plain number in the environment. The last word of its name there is the unit."""
    limits: dict[str, Any] = {"le": LONGEST} | {bound: _lasting(number, name) for bound, number in bounds.items()}
    return Field(_lasting(default, name), validation_alias=name, **limits)


def _one_address(given: str) -> str:
    if not (given.isascii() and is_email(given.lower())):
        raise ValueError("must be one plain email address, such as cers@calepa.ca.gov")
    return given


def _no_or_one_address(given: str) -> str:
    return _one_address(given) if given else ""


def _label(given: str) -> str:
    return " ".join(given.split())


def _phone(given: str) -> str:
    shown = _label(given)
    if shown:
        dialed(shown)
    return shown


def _smtp_host(given: str) -> str:
    try:
        return machine(given) if given else ""
    except ValueError:
        raise ValueError("must be one host name or IP address; its port is CERS_SMTP_PORT") from None


def _bind(given: str) -> str:
    """An IP address, because the server looks up no names."""
    try:
        return LOOPBACK if given.lower() == "localhost" else str(ip_address(machine(given)))
    except ValueError:
        raise ValueError("must be one IP address, such as 127.0.0.1 or 0.0.0.0; the port is CERS_PORT") from None


def _public_url(given: str) -> str:
    return origin(given) if given else ""


def _page_url(given: str) -> str:
    return address(given) if given else ""


def _database_url(given: str) -> str:
    """The plain path behind `sqlite:///`, so every part of the portal opens the same file."""
    path = unquote(given.removeprefix("sqlite:///"), errors="surrogateescape")
    is_plain = path == trimmed(path) and path.isprintable() and not NOT_IN_A_PATH.search(path)
    if given and not (given.startswith("sqlite:////") and is_plain and path[-1] not in "/."):
        raise ValueError("must be sqlite:/// and the absolute path of a file, such as sqlite:////var/lib/x.db")
    return f"sqlite:///{path}" if given else ""


def _is_one_line(text: str) -> bool:
    return all(character.isprintable() or unicodedata.category(character) == "Zs" for character in text)


def _opened(path: str, largest: int) -> BinaryIO:
    """A regular file of at most `largest` bytes. The words of a `ValueError` show neither the path nor the content."""
    if not path.startswith("/"):
        raise ValueError("must be the absolute path of a file")
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("must name a regular file")
        if not found.st_size:
            raise ValueError("the file is empty")
        if found.st_size > largest:
            raise ValueError(f"the file has more than {largest:,} bytes")
        return Path(path).open("rb")
    except OSError as broken:
        raise ValueError(f"the file cannot be read ({broken.strerror})") from None


def _secret_in(path: str) -> str:
    """A file's content without its last line end."""
    with _opened(path, LARGEST_SECRET) as file:
        content = file.read(LARGEST_SECRET)
    try:
        secret = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise ValueError("the file is not in UTF-8") from None
    if not secret:
        raise ValueError("the file is empty")
    if not _is_one_line(secret):
        raise ValueError("the file must have one line of characters that show something")
    return secret


def _secret_file(given: str) -> str:
    if given:
        _secret_in(given)
    return given


def _list_file(given: str) -> str:
    if given:
        _opened(given, LARGEST_LIST).close()
    return given


def _networks(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        found = tuple(map(ip_network, given.replace(",", " ").split()))
    except ValueError:
        raise ValueError("must be networks such as 192.0.2.0/24, 2001:db8:1::/48, with commas between them") from None
    for each in found:
        if not each.prefixlen:
            raise ValueError(f"{each} is the whole internet. Name the networks that you trust")
        if each.version == 6 and each.prefixlen > 64:  # noqa: PLR2004 - as `network` in `web/visit.py`
            raise ValueError(
                f"{each} is part of a network. The portal counts an IPv6 /64 as one network, so name the /64"
            )
    return found


Duration = Annotated[timedelta, BeforeValidator(_read)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]
SecretFile = Annotated[str, AfterValidator(_secret_file)]
EmailAddress = Annotated[str, AfterValidator(_one_address)]
PageUrl = Annotated[str, AfterValidator(_page_url)]


class UnreadableFileError(Exception):
    """`.env` would be read wrongly or in part. The message has a line for each problem."""


def _check_file(path: Path) -> None:
    try:
        problems = [*env_file.problems(path.read_bytes())]
    except OSError as broken:
        problems = [f"The file cannot be read ({broken.strerror})."]
    if problems:
        raise UnreadableFileError("\n".join(f"{path.name}: {problem}" for problem in problems))


def _unsafe_key(name: str, key: str) -> Iterator[str]:
    if len(key) < SHORTEST_KEY or key == DEVELOPMENT_KEY:
        yield f"{name} is missing, too short (under 32 characters) or the development key"
    elif not RANDOM.fullmatch(key):
        yield f"{name} must be random letters and digits without blanks, not a command or a template"


class Settings(BaseSettings):
    """The portal's settings, read once from `CERS_…` in the environment and from `.env`.

    Raises `UnreadableFileError`. Raises `pydantic.ValidationError`, which names each setting that is wrong, unknown or
    unsafe.
    """

    model_config = SettingsConfigDict(
        env_prefix="CERS_",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    mode: Mode = Mode.PRODUCTION
    """`development`, `test` or `production`. `make run` and `make dev` use `development`"""
    portal_label: Annotated[str, AfterValidator(_label)] = Field("", max_length=40)
    """label such as `Training`: `[Training]` in mail subjects, and a banner on pages"""
    demo_notice: bool = True
    """pages and mails say that this is not a site of the State of California"""
    port: int = Field(3000, ge=1, le=65535)
    """the one port for pages, events and routes"""
    bind: Annotated[str, AfterValidator(_bind)] = LOOPBACK
    """address to listen on"""
    public_url: Annotated[str, AfterValidator(_public_url)] = ""
    """public address, the start of every link; `http://localhost:<port>` if empty. Production needs an https address"""
    continue_url: PageUrl = ""
    """address where people go after signing in, such as `https://cers.example.gov/`; their account page if empty"""
    # The file of a secret comes before the secret, whose validator needs it.
    secret_key_file: SecretFile = ""
    """absolute path of a file that holds `CERS_SECRET_KEY`, instead of that setting"""
    secret_key: SecretStr = SecretStr(DEVELOPMENT_KEY)
    """key for the keyed hashes. Production needs a key of its own, at least 32 characters long"""
    secret_key_previous_file: SecretFile = ""
    """absolute path of a file that holds `CERS_SECRET_KEY_PREVIOUS`, instead of that setting"""
    secret_key_previous: SecretStr = SecretStr("")
    """the key before this one, while you rotate the key. Open verification characters still work then"""
    database_url: Annotated[str, AfterValidator(_database_url)] = ""
    """`sqlite:///` and an absolute path; `.local/<mode>.db` if empty"""
    smtp_host: Annotated[str, AfterValidator(_smtp_host)] = ""
    """mail server; the development mailbox if empty. Production needs this setting"""
    smtp_port: int = Field(587, ge=1, le=65535)
    """port of the mail server"""
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    """`starttls`, `tls`, or `plain` (only on loopback)"""
    smtp_username: str = ""
    """login name for the mail server; no login if empty"""
    smtp_password_file: SecretFile = ""
    """absolute path of a file that holds `CERS_SMTP_PASSWORD`, instead of that setting"""
    smtp_password: SecretStr = SecretStr("")
    """password for the mail server"""
    mail_from: EmailAddress = "cers@calepa.ca.gov"
    """the one sender of every mail. The pages name this address as well"""
    mail_bounce: Annotated[str, AfterValidator(_no_or_one_address)] = ""
    """address that bounced mails return to (the envelope sender, whose domain SPF checks); `CERS_MAIL_FROM` if empty"""
    support_email: EmailAddress = "cers@calepa.ca.gov"
    """the email address people write to for help"""
    support_phone: Annotated[str, AfterValidator(_phone)] = ""
    """the number people call for help, such as `916-555-0100`. Every page shows the number"""
    support_hours: Annotated[str, AfterValidator(_label)] = Field("", max_length=100)
    """when support answers, such as `Monday to Friday, 8 a.m. to 5 p.m.`; every page shows the hours"""
    regulator_url: PageUrl = ""
    """address of a page where people find their local regulator. Every page links to that page"""
    privacy_url: PageUrl = ""
    """address of the privacy policy, to which every page links"""
    terms_url: PageUrl = ""
    """address of the conditions of use, to which every page links"""
    disclosure: Disclosure = Disclosure.UNIFORM
    """`uniform`: no page shows whether a username exists. `classic`: the page shows it, with the masked address"""
    mail_interval: Duration = _duration("CERS_MAIL_INTERVAL_SECONDS", 1, gt=0, le=60)
    """how often the mail worker looks at the queue, in seconds"""
    mail_delay: Duration = _duration("CERS_MAIL_DELAY_SECONDS", 3, ge=0, le=60)
    """longest random delay of a requested mail, in seconds, so the order of mails reveals nothing"""
    mail_lease: Duration = _duration("CERS_MAIL_LEASE_SECONDS", 180, ge=1, le=600)
    """silence after which a mail worker counts as dead, in seconds"""
    mail_worker: bool = True
    """the portal runs a mail worker. If `false`, run `mail work` beside the portal"""
    reset_link: Duration = _duration("CERS_RESET_LINK_MINUTES", 60, ge=15, le=1440)
    """how long a mailed link works, in minutes (at least 15)"""
    challenge_life: Duration = _duration("CERS_CHALLENGE_MINUTES", 10, ge=1, le=60)
    """how long verification characters work, in minutes"""
    trusted_hops: int = Field(0, ge=0, le=10)
    """number of proxies whose X-Forwarded-For the portal trusts. Production needs this setting, even as 0"""
    limit_sign_in_failures: int = Field(5, ge=1)
    """failed sign-ins for a username before delays begin"""
    limit_sign_in_window: Duration = _duration("CERS_LIMIT_SIGN_IN_WINDOW_MINUTES", 5, ge=1)
    """period in which these failures count, in minutes"""
    limit_sign_in_first_delay: Duration = _duration("CERS_LIMIT_SIGN_IN_FIRST_DELAY_SECONDS", 30, ge=1, le=86_400)
    """first delay, in seconds. Each further failure doubles the delay"""
    limit_sign_in_delay: Duration = _duration("CERS_LIMIT_SIGN_IN_DELAY_MINUTES", 15, ge=1)
    """longest delay, in minutes"""
    limit_guesses: int = Field(100, ge=1)
    """failed sign-ins for a username, from browsers that its account does not know, before these get only a few"""
    limit_guesses_window: Duration = _duration("CERS_LIMIT_GUESSES_WINDOW_DAYS", 30, ge=1)
    """period in which these failures count, in days"""
    limit_guesses_per_day: int = Field(10, ge=1)
    """sign-ins per day that these browsers then get for the username"""
    limit_sign_in_per_minute: int = Field(20, ge=1)
    """sign-in attempts per minute from one IP address"""
    limit_sockets: int = Field(5000, ge=1)
    """open pages (sockets) in total"""
    limit_sockets_per_ip: int = Field(200, ge=1)
    """open pages (sockets) of one IP address"""
    limit_events_per_minute: int = Field(240, ge=10)
    """events per minute on one open page. After twelve in one go, the portal takes six per second"""
    limit_events_per_ip_per_minute: int = Field(2400, ge=10)
    """events per minute on all open pages of one IP address"""
    limit_kilobytes_per_minute: int = Field(4096, ge=256)
    """kilobytes per minute from all open pages of one IP address"""
    limit_requests_per_minute: int = Field(1200, ge=10)
    """requests per minute from one IP address, except for assets and checks of a live session (`GET /session`)"""
    limit_sounds_per_minute: int = Field(10, ge=1)
    """spoken verification digits per minute for one IP address"""
    limit_pictures_per_minute: int = Field(120, ge=1)
    """verification pictures per minute for one IP address"""
    limit_mail_gap: Duration = _duration("CERS_LIMIT_MAIL_GAP_SECONDS", 60, ge=0)
    """shortest time between two mails of a kind, and before **Send it again** works, in seconds"""
    limit_mail_per_link: int = Field(3, ge=1)
    """mails of one kind for one username or email address within the life of a link"""
    limit_mail_per_hour: int = Field(60, ge=1)
    """requests for mail per hour from one network before browsers must do a check. As many more double it"""
    limit_mail_per_hour_most: int = Field(600, ge=1)
    """requests for mail per hour from one network. The portal refuses more"""
    limit_mail_per_hour_in_all: int = Field(6000, ge=1)
    """requests for mail per hour from all networks before browsers must do a check. As many more double it"""
    limit_characters_per_hour: int = Field(120, ge=1)
    """wrong verification characters per hour from one network. After that, browsers must do a check"""
    limit_trusted_networks: Networks = ()
    """networks without these three limits, such as a training room: `192.0.2.0/24, 2001:db8:1::/48`"""
    limit_no_account_mail: Duration = _duration("CERS_LIMIT_NO_ACCOUNT_MAIL_HOURS", 24, ge=1)
    """shortest time between two mails to a mailbox without an account, in hours"""
    limit_no_account_mail_per_domain: int = Field(100, ge=1)
    """requests per hour for addresses of one domain, after which addresses without an account get no mail"""
    limit_no_account_mail_per_hour: int = Field(1000, ge=0)
    """requests per hour for all addresses, after which addresses without an account get no mail. 0 sends them none"""
    limit_mail_ceiling_per_minute: int = Field(300, ge=1)
    """mails per minute in total. Further mails wait in the queue"""
    password_min: int = Field(15, ge=8, le=64)
    """shortest password, in characters (at least 8)"""
    password_blocklist: Annotated[str, AfterValidator(_list_file)] = ""
    """absolute path of a file of passwords to refuse, one per line, besides the bundled list. At most 64 MB"""
    session_idle: Duration = _duration("CERS_SESSION_IDLE_MINUTES", 30, ge=1)
    """a session ends after this many minutes without use"""
    session_longest: Duration = _duration("CERS_SESSION_HOURS", 12, ge=1)
    """a session ends after this many hours, even if it is in use"""
    session_claim: Duration = _duration("CERS_SESSION_CLAIM_SECONDS", 30, ge=5, le=120)
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
    keep_audit: Duration = _duration("CERS_KEEP_AUDIT_DAYS", 400, ge=30)
    """the portal deletes audit rows after this many days"""
    keep_ended: Duration = _duration("CERS_KEEP_DAYS", 30, ge=1)
    """the portal deletes sent and failed mails and dead links after this many days"""

    def __init__(self, _env_file: Path | None = ENV_FILE, **values: Any) -> None:
        """Read the environment, then `_env_file`, unless a part of the file could not be read."""
        if _env_file and os.path.lexists(_env_file):
            _check_file(_env_file)
        super().__init__(_env_file=_env_file, **values)

    @classmethod
    def names(cls) -> dict[str, str]:
        """Each setting's name in the environment. A duration's ends with its unit: `CERS_RESET_LINK_MINUTES`."""
        return {name: str(field.validation_alias or f"CERS_{name.upper()}") for name, field in cls.model_fields.items()}

    @field_validator("*", mode="before")
    @classmethod
    def _one_line(cls, given: object, info: ValidationInfo) -> object:
        """A value without the line end that files from Windows leave. Blanks and capitals matter only in a text."""
        if not isinstance(given, str):
            return given
        line = given.strip("\r\n")
        if not _is_one_line(line):
            raise ValueError("must be one line of characters that show something")
        is_text = cls.model_fields[str(info.field_name)].annotation in {str, SecretStr}
        return line if is_text else line.strip().lower()

    @field_validator("secret_key", "secret_key_previous", "smtp_password", mode="before")
    @classmethod
    def _from_file(cls, given: object, info: ValidationInfo) -> object:
        """The secret in the file that `CERS_…_FILE` names. A secret that is not set is its default, a `SecretStr`."""
        name = f"{info.field_name}_file"
        path = info.data.get(name)
        if not path:
            return given
        if not isinstance(given, SecretStr):
            raise ValueError(f"must not be set together with {cls.names()[name]}")  # noqa: TRY004 - pydantic's way
        return SecretStr(_secret_in(path))

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_names(cls, data: object) -> object:
        ours = {name for name in os.environ if name.upper().startswith("CERS_")}
        unknown = sorted(name for name in ours if name.upper() not in cls.names().values())
        if unknown:
            # A name may have bytes that are no letters.
            raise ValueError(f"unknown setting {', '.join(unknown)}".encode("ascii", "backslashreplace").decode())
        return data

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        problems = list(self.unsafe())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def written(self, name: str) -> str:
        """The value of a setting as text that the environment may have."""
        value = getattr(self, name)
        return str(value / _lasting(1, self.names()[name]) if isinstance(value, timedelta) else value)

    def unsafe(self) -> Iterator[str]:
        """What this mode refuses: sentences that name the settings."""
        yield from self._unsafe_in_production() if self.mode is Mode.PRODUCTION else self._unsafe_elsewhere()
        if self.mode is not Mode.TEST and (self.qa_characters or self.qa_kill_file or not self.qa_limits):
            yield "CERS_QA_CHARACTERS, CERS_QA_KILL_FILE and CERS_QA_LIMITS=off work only in CERS_MODE=test"
        if self.mode is not Mode.TEST and self.mail_lease.total_seconds() < SHORTEST_LEASE:
            yield f"CERS_MAIL_LEASE_SECONDS must be at least {SHORTEST_LEASE}: one mail may take that long"
        if self.smtp_security is SmtpSecurity.PLAIN and self.smtp_host and not is_loopback(self.smtp_host):
            yield "CERS_SMTP_SECURITY=plain works only with a mail server on loopback"
        if self.limit_mail_per_hour_most <= self.limit_mail_per_hour:
            yield "CERS_LIMIT_MAIL_PER_HOUR_MOST must be more than CERS_LIMIT_MAIL_PER_HOUR"
        if self.secret_key_previous == self.secret_key:
            yield "CERS_SECRET_KEY_PREVIOUS must differ from CERS_SECRET_KEY"
        if self.metrics_port == self.port:
            yield "CERS_METRICS_PORT must differ from CERS_PORT: metrics are not public"
        for name in PAGE_URLS:
            if not self._may_lead_to(getattr(self, name)):
                yield f"CERS_{name.upper()} must begin with https://"

    def _unsafe_in_production(self) -> Iterator[str]:
        yield from _unsafe_key("CERS_SECRET_KEY", self.secret_key.get_secret_value())
        if previous := self.secret_key_previous.get_secret_value():
            yield from _unsafe_key("CERS_SECRET_KEY_PREVIOUS", previous)
        if not self.public_url.startswith("https://"):
            yield "CERS_PUBLIC_URL must be set and begin with https://"
        if not self.smtp_host:
            yield "CERS_SMTP_HOST must be set: production sends real mail"
        if "trusted_hops" not in self.model_fields_set:
            yield "CERS_TRUSTED_HOPS must be set to the number of proxies in front of the portal"

    def _unsafe_elsewhere(self) -> Iterator[str]:
        if not is_loopback(self.bind):
            yield f"CERS_BIND must be a loopback address in {self.mode} mode"
        if not is_loopback(self.host):
            yield f"CERS_PUBLIC_URL must be a loopback address in {self.mode} mode"

    def _may_lead_to(self, url: str) -> bool:
        is_here = self.mode is not Mode.PRODUCTION and is_loopback(urlsplit(url).hostname or "")
        return is_here or not url.startswith("http://")

    @property
    def base_url(self) -> str:
        """The address that people type, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def host(self) -> str:
        """The host of that address, which is also what the portal calls itself to mail servers."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_https(self) -> bool:
        """Whether cookies may be `Secure` and carry the `__Host-` prefix."""
        return self.base_url.startswith("https://")

    @property
    def continue_origin(self) -> str:
        """The origin of the address where people go after signing in. Empty without one."""
        return "/".join(self.continue_url.split("/")[:3])

    @property
    def sqlalchemy_url(self) -> str:
        """The address of the database, or of this mode's own file if none is set."""
        return self.database_url or f"sqlite:///{LOCAL / f'{self.mode}.db'}"

    @property
    def database_file(self) -> Path:
        """The SQLite file of the database."""
        return Path(self.sqlalchemy_url.removeprefix("sqlite:///"))

    @property
    def envelope_sender(self) -> str:
        """The address in MAIL FROM, where mail servers return what they cannot deliver (RFC 5321 4.4)."""
        return self.mail_bounce or self.mail_from

    @property
    def secret_files(self) -> list[Path]:
        """The files that hold secrets in place of settings."""
        files = (self.secret_key_file, self.secret_key_previous_file, self.smtp_password_file)
        return [Path(path) for path in files if path]

    @property
    def mailbox(self) -> Path:
        """The folder that takes mail when there is no mail server. Each mode has its own."""
        return LOCAL / "mailbox" / self.mode

    @property
    def log_file(self) -> Path | None:
        """The file beside the database that keeps the log for `trace`. Production has none: the operator keeps it."""
        return None if self.mode is Mode.PRODUCTION else Path(f"{self.database_file}.log")

    @property
    def origins(self) -> tuple[str, ...]:
        """The exact origins that may send events and posts. Outside production, both spellings of loopback may."""
        if self.mode is Mode.PRODUCTION:
            return (self.base_url,)
        port = urlsplit(self.base_url).port or self.port
        return tuple(dict.fromkeys((self.base_url, f"http://localhost:{port}", f"http://127.0.0.1:{port}")))


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. The page build has its settings in the environment alone."""
    return Settings(_env_file=None if BUILDS_PAGES in os.environ else ENV_FILE)
