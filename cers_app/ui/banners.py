"""The banners on every page for a broken connection and a broken service."""

import logging
import traceback
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.core.banner import has_too_many_connection_errors

from cers_app.ui.form import StateVar, with_support
from cers_app.values import metrics
from cers_app.words import common

log = logging.getLogger(__name__)


class TroubleState(rx.State):
    """Whether the last event of this tab failed."""

    times: int = 0
    """How often events failed on this page. A screen reader announces each failure."""

    @rx.event
    def show(self) -> None:
        """Show the banner after a failed event."""
        self.times += 1

    @rx.event
    def hide(self) -> None:
        """Hide the banner when a person dismisses it or another page opens."""
        self.times = 0


def on_fault(exception: Exception) -> EventSpec | None:
    """Log the kind of fault without its values, and answer a failed event with the banner.

    The answer is also an event. If the answer itself fails, as with an unreadable address, it gets no other answer:
    the answers would never end.
    """
    metrics.EVENTS_FAILED.inc()
    log.error("an event failed: %s", type(exception).__name__, exc_info=exception)
    if _was_the_answer(exception):
        return None
    show: Any = TroubleState.show  # mypy takes a handler for the class of the decorator, which it cannot call
    answer: EventSpec = show()
    return answer


def _was_the_answer(exception: Exception) -> bool:
    events = (frame.f_locals.get("event") for frame, _ in traceback.walk_tb(exception.__traceback__))
    return any(str(getattr(event, "name", "")).endswith("trouble_state.show") for event in events)


def on_page_fault(exception: Exception) -> None:
    """Log that a script failed in a browser. The log has none of its message, because any browser can send anything."""
    log.error("a page failed in a browser (%s)", type(exception).__name__)


def no_connection() -> rx.Component:
    """A banner while the page can connect neither by WebSocket nor by polling."""
    return rx.el.div(
        rx.cond(
            has_too_many_connection_errors,
            rx.el.p(common.NO_CONNECTION, class_name="warning", custom_attrs={"data-state": "no-connection"}),
            rx.fragment(),
        ),
        aria_live="polite",
    )


def service_trouble() -> rx.Component:
    """A banner after a failed event."""
    times: StateVar = TroubleState.times
    return rx.el.div(
        rx.cond(
            times > 0,
            rx.el.div(
                rx.el.strong(common.TROUBLE),
                rx.el.p(*with_support(common.TROUBLE_WORDS)),
                rx.el.button(common.HIDE_MESSAGE, type="button", class_name="quiet small", on_click=TroubleState.hide),
                key=times.to_string(),
                class_name="warning",
                custom_attrs={"data-state": "trouble"},
            ),
            rx.fragment(),
        ),
        aria_live="assertive",
    )
