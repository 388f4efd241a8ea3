"""The description from which the app makes a page."""

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx
from reflex.event import EventType

from cers_app.ui.banners import TroubleState
from cers_app.ui.form import StateVar


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Each journey lists its pages in `PAGES`."""

    address: str
    view: Callable[[], rx.Component]
    title: StateVar
    load: EventType[()] | None = None
    """The handler that runs when the page opens."""

    def add_to(self, app: rx.App) -> None:
        """Add the page to the app."""
        loads = [TroubleState.hide, *([self.load] if self.load else [])]
        app.add_page(self.view, route=self.address.rstrip("/") or "/", title=self.title, on_load=loads)
