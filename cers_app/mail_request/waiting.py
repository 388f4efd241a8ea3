"""What a browser shows while a visitor waits for a mail, and the button that sends it again."""

import asyncio
import math
from datetime import datetime
from typing import ClassVar, assert_never

import reflex as rx
from reflex.event import EventSpec

from cers_app.mail_request.answers import Journey
from cers_app.mail_request.outcomes import Asked, Forgotten, Receipt, TooEarly
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.ui.form import go_to
from cers_app.values.dates import clock_time_from, seconds_left
from cers_app.values.limits import TooManyRequests
from cers_app.values.misspelt import meant
from cers_app.values.reference import spelled
from cers_app.values.world import World
from cers_app.web.visit import Visit
from cers_app.words import common
from cers_app.words import mail_request as texts


class WaitingState(rx.State, mixin=True):
    """The facts on a confirmation. All are empty until this tab has asked for a mail."""

    _journey: ClassVar[Journey]

    status: str = ""
    said: int = 0
    sent_to: str = ""
    entered: str = ""
    """The username as it was typed, or the domain of an address if it looks misspelt."""
    meant: str = ""
    """The domain that the visitor probably meant."""
    reference: str = ""
    again_at: str = ""
    again_in: int = 0
    """Seconds until the mail can be sent again, counted from when the page gets this number. A fraction would reveal
    how long the server took, so these are full seconds."""
    _receipt: Receipt | None = None
    _again_at: datetime | None = None

    @rx.event
    async def again(self) -> EventSpec | None:
        """Ask again for this tab's mail."""
        journey = self._journey
        outcome = await asyncio.to_thread(provided(journey.flow).again, self._receipt, Visit.of_event(self))
        match outcome:
            case Asked():
                self._show(outcome)
                self._say(texts.asked_again(settings().limit_mail_per_link, settings().reset_link))
            case TooEarly(at):
                self._say(texts.TOO_EARLY)
                self._count_down(at)
            case TooManyRequests(retry_at):
                self._say(common.network_too_many(retry_at))
            case Forgotten():
                return go_to(journey.form_path, replace=True)
            case _:
                assert_never(outcome)
        return None

    def _say(self, words: str) -> None:
        self.status, self.said = words, self.said + 1

    def _show(self, asked: Asked) -> None:
        receipt, shown = asked.receipt, asked.masked_address
        slip = meant(receipt.name_key) if shown else ""
        self.sent_to, self._receipt, self.reference = shown, receipt, spelled(asked.reference)
        self.meant, self.entered = slip, receipt.name_key.rpartition("@")[2] if slip else receipt.typed
        self._count_down(asked.again_at)

    def _forget(self) -> None:
        self.status, self.sent_to, self.entered, self.meant, self.reference, self.again_at = "", "", "", "", "", ""
        self._receipt = None

    def _count_down(self, at: datetime) -> None:
        self._again_at, self.again_at = at, texts.AGAIN_AT.format(at=clock_time_from(at))
        self.again_in = math.ceil(seconds_left(at, provided(World).now()))
