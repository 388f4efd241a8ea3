"""The mails that the portal has sent, as `/dev/mailbox/` shows them."""

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import APIRequestContext

LINK = re.compile(r"^(http\S+/(?:r|not-me)/[A-Za-z0-9_-]{43})$", re.MULTILINE)
LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    source: str

    @property
    def link(self) -> str:
        """The only link with a token in it."""
        found = LINK.findall(self.text)
        assert len(found) == 1, self.text
        return str(found[0])


class Mailbox:
    """The mails that came since this test began."""

    def __init__(self, request: APIRequestContext, portal: str) -> None:
        """`portal` is the portal's address."""
        self._request, self._address = request, f"{portal.rstrip('/')}/dev/mailbox/mails.json"
        self._earlier = {mail["id"] for mail in self._listed()}

    def mails(self) -> list[Mail]:
        """All of them, the oldest first."""
        fields = Mail.__dataclass_fields__
        new = [mail for mail in reversed(self._listed()) if mail["id"] not in self._earlier]
        return [Mail(**{name: mail[name] for name in fields}) for mail in new]

    def wait(self, to: str, number: int = 1, subject: str = "", seconds: float = 30) -> Mail:
        """The `number`th mail to an address, with `subject` in its subject. Fails if it does not come."""
        limit = time.monotonic() + seconds
        while True:
            found = [mail for mail in self.mails() if to in mail.to and subject in mail.subject]
            if len(found) >= number:
                return found[number - 1]
            others = [f"{mail.to}: {mail.subject}" for mail in self.mails()]
            assert time.monotonic() < limit, f"mail {number} to {to} did not come within {seconds:g} s, only {others}"
            time.sleep(LOOK_EVERY_SECONDS)

    def _listed(self) -> list[dict[str, Any]]:
        mails: list[dict[str, Any]] = self._request.get(self._address).json()
        return mails
