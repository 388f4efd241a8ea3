"""A page as the app gets it: its address, how it is built, its title, and what its State does when it opens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from cers_app.ui.banners import TroubleState
from cers_app.ui.form import StateVar


@dataclass(frozen=True, slots=True)
class Page:
    """Each slice lists its own in `PAGES`."""

    address: str
    view: Callable[[], rx.Component]
    title: StateVar
    load: Any = None
    """The handler that begins the page."""

    def add_to(self, app: rx.App) -> None:
        """Make it a page of the app."""
        loads = [TroubleState.hide, *([self.load] if self.load else [])]
        app.add_page(self.view, route=self.address.rstrip("/") or "/", title=self.title, on_load=loads)
