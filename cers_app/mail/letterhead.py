"""The parts that all mails of a portal share: the templates, and the facts that go into every mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cers_app.mail.mailer import Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.settings import Settings
from cers_app.words import common

FOLDER = Path(__file__).with_name("templates")
LOADER = FileSystemLoader(FOLDER)
TEXT = Environment(loader=LOADER, undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - no HTML
HTML = Environment(loader=LOADER, undefined=StrictUndefined, trim_blocks=True, autoescape=True)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The facts that go into every mail."""

    base_url: str
    label: str
    support: str
    id_domain: str
    notice: str = ""
    """Says that this is not a site of the State of California; empty if the settings turn that off."""

    @classmethod
    def of(cls, config: Settings) -> "Letterhead":
        """Make the letterhead that the settings describe."""
        return cls(
            base_url=config.base_url,
            label=config.portal_label,
            support=config.support_email,
            id_domain=config.mail_from.rpartition("@")[2],
            notice=common.NOT_THE_STATE if config.demo_notice else "",
        )

    def write(  # noqa: PLR0913, PLR0917 - the parts of a letter
        self, mail: OutgoingMail, template: str, subject: str, to: str, facts: Mapping[str, object], now: datetime
    ) -> Message:
        """Render both parts of a mail. The Message-ID comes from the queue's row, so a second try repeats the ID."""
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
            template=template,
        )
