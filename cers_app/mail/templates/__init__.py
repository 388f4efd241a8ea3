"""The mails' templates, and the letterhead they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cers_app.mail.mailer import Message
from cers_app.mail.outbox import OutgoingMail

PACIFIC = ZoneInfo("America/Los_Angeles")
FOLDER = Path(__file__).parent


LOADER = FileSystemLoader(FOLDER)
TEXT = Environment(loader=LOADER, undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - no HTML
HTML = Environment(loader=LOADER, undefined=StrictUndefined, trim_blocks=True, autoescape=True)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all mails share."""

    base_url: str
    label: str
    support: str
    id_domain: str
    notice: str = ""
    """Whose site this is not, where that has to be said."""

    def write(  # noqa: PLR0913, PLR0917 - the parts of a letter
        self, mail: OutgoingMail, template: str, subject: str, to: str, facts: Mapping[str, object], now: datetime
    ) -> Message:
        """Render both parts of a mail. Its Message-ID comes from the queue's row, so a second try repeats it."""
        subject = f"[{self.label}] {subject}" if self.label else subject
        words = {**facts, "base_url": self.base_url, "support": self.support, "subject": subject}
        words["notice"] = self.notice
        return Message(
            to=to,
            subject=subject,
            text=TEXT.get_template(f"{template}.txt").render(words),
            html=HTML.get_template(f"{template}.html").render(words),
            message_id=f"<{mail.id}@{self.id_domain}>",
            language=mail.language,
            at=now,
        )


def long_date(at: datetime) -> str:
    """A date as in «May 9, 2017», in California."""
    local = at.astimezone(PACIFIC)
    return f"{local:%B} {local.day}, {local.year}"


def clock_time(at: datetime) -> str:
    """A time as in «3:45 PM», in California: the minute that has begun, so no promise is shown as lasting too long."""
    local = at.astimezone(PACIFIC)
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def clock_time_with_seconds(at: datetime) -> str:
    """A time as in «3:45:10 PM», in California: the second that has begun."""
    local = at.astimezone(PACIFIC)
    return f"{local.hour % 12 or 12}:{local:%M:%S %p}"


def clock_time_from(at: datetime) -> str:
    """The same for what can be done from that time on: the first full second, never too early."""
    return clock_time_with_seconds(at + timedelta(microseconds=-at.microsecond % 1_000_000))
