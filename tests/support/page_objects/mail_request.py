"""What both journeys share: the form with the verification characters, and the confirmation."""

import re
from typing import ClassVar

from playwright.sync_api import Locator, expect

from .base import PortalPage

REFERENCE = re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}")
"""What a request is called, as people read it."""


class RequestPage(PortalPage):
    """A page where a mail is asked for."""

    LABEL: ClassVar[str]

    @property
    def identifier(self) -> Locator:
        """The box for who one is."""
        return self.page.get_by_label(self.LABEL)

    @property
    def symbols(self) -> Locator:
        """The box for what the picture shows."""
        return self.page.get_by_label("Input symbols")

    @property
    def picture(self) -> Locator:
        """The picture."""
        return self.page.get_by_role("img", name="Picture of 6 verification characters")

    def ask(self, identifier: str, characters: str) -> None:
        """Fill in both fields and send them."""
        self.expect_picture()
        self.identifier.fill(identifier)
        self.symbols.fill(characters)
        self.next()

    def next(self) -> None:
        """Send the form."""
        self.page.get_by_role("button", name="Next").click()

    def refresh(self) -> None:
        """Ask for another picture."""
        self.page.get_by_role("button", name="Refresh").click()

    def expect_picture(self) -> str:
        """A picture is shown and was loaded; its address."""
        expect(self.picture).to_be_visible()
        expect(self.picture).to_have_js_property("naturalWidth", 400)
        return self.picture.get_attribute("src") or ""

    def expect_other_picture(self, than: str) -> None:
        """Another picture than that one."""
        expect(self.picture).not_to_have_attribute("src", than)

    def expect_challenge(self) -> str:
        """The challenge has a name: which. The server's first answer brings it, after the picture."""
        named = self.page.locator("input[name=challenge]")
        expect(named).to_have_value(re.compile("^[0-9a-f]{32}$"))
        return named.input_value()


class ConfirmationPage(PortalPage):
    """Check your email."""

    HEADING = "Check your email"
    SENTENCE: ClassVar[str]

    def expect_sent_to(self, where: str) -> None:
        """The confirmation, with the mask or the words for a username."""
        self.expect_shown()
        expect(self.page.get_by_text(self.SENTENCE.format(where=where))).to_be_visible()

    def send_again(self) -> None:
        """Press the button, whether its time has come or not."""
        self.page.get_by_role("button", name="Send it again").click()

    def expect_status(self, words: str) -> None:
        """What was announced after that."""
        expect(self.page.locator("[data-state=again]")).to_contain_text(words)
