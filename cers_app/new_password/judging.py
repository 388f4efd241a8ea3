"""What a browser shows about a new password while a visitor types it."""

import reflex as rx

from cers_app.background.pools import Busy
from cers_app.new_password.answers import words_of
from cers_app.new_password.policy import Strong, Weak
from cers_app.settings import settings
from cers_app.values import forms
from cers_app.web.visit import Visit
from cers_app.words import password as texts


class JudgingState(rx.State, mixin=True):
    """The verdict of the rule that also decides at the end. Each journey asks its flow for it."""

    verdict: str = ""
    is_fine: bool = False
    judged: int = 0
    """The number that the page gave to the text that was judged."""

    @rx.event
    async def judge(self, typed: str, number: int) -> None:
        """Judge a password that a visitor stopped typing. The page may have moved on when the verdict comes."""
        visit, text = Visit.of_event(self), forms.text({"typed": typed}, "typed")
        number = number if isinstance(number, int) else 0  # no text of the page has this number
        found = await self._judge(text, visit)
        match found:
            case Strong():
                self.verdict, self.is_fine, self.judged = texts.FINE, True, number
            case Weak():
                words = words_of(found, settings().password_min)
                self.verdict, self.is_fine, self.judged = words, False, number
            case Busy() | None:
                pass  # the page keeps saying that the portal checks the password when it is sent

    async def _judge(self, typed: str, visit: Visit) -> Strong | Weak | Busy | None:
        """The verdict of the journey's flow. `None` if the visitor has proved nothing, or asks too often."""
        raise NotImplementedError
